-- title: Predictive maintenance alerts
-- answers: Which devices will need work soon, by their trends of seven days and their open anomalies?
-- columns: device_id, device_type, building_id, alert, urgency, evidence, due_in_days
with hours as (
    select
        *,
        date_diff('second', hour_start_at, max(last_event_at) over ()) / 864e2 as age_days
    from iot_gold.hourly_sensor_aggregates
),

batteries as (
    select
        device_id,
        max_by(device_type, hour_start_at) as device_type,
        max_by(building_id, hour_start_at) as building_id,
        max_by(battery_percent, hour_start_at) as battery_percent,
        -regr_slope(battery_percent, -age_days) as percent_a_day
    from hours
    where age_days <= 7e0 and battery_percent is not null
    group by device_id
),

vibrations as (
    select
        device_id,
        max_by(device_type, hour_start_at) as device_type,
        max_by(building_id, hour_start_at) as building_id,
        avg(case when age_days <= 1e0 then mean_vibration_mm_per_s end) as last_day_mm_per_s,
        avg(case when age_days > 1e0 then mean_vibration_mm_per_s end) as before_mm_per_s
    from hours
    where age_days <= 7e0 and mean_vibration_mm_per_s is not null
    group by device_id
),

alerts as (
    select
        device_id,
        device_type,
        building_id,
        'battery will be empty' as alert,
        case when battery_percent < 1e1 or battery_percent / percent_a_day < 7e0 then 'high' else 'medium' end
            as urgency,
        cast(round(battery_percent, 1) as varchar) || ' % now, ' || cast(round(percent_a_day, 2) as varchar)
        || ' % less a day' as evidence,
        round(battery_percent / percent_a_day, 1) as due_in_days
    from batteries
    where percent_a_day > 1e-1 and battery_percent / percent_a_day < 3e1
    union all
    select
        device_id,
        device_type,
        building_id,
        'vibration rises',
        case when last_day_mm_per_s > 2e0 * before_mm_per_s then 'high' else 'medium' end,
        cast(round(last_day_mm_per_s, 2) as varchar) || ' mm/s in the last day, '
        || cast(round(before_mm_per_s, 2) as varchar) || ' before',
        cast(null as double)
    from vibrations
    where last_day_mm_per_s > 1.3e0 * before_mm_per_s
    union all
    select
        device_id,
        device_type,
        building_id,
        'open anomaly: ' || kind,
        severity,
        reason,
        cast(null as double)
    from iot.anomalies
    where is_open and severity <> 'low'
    union all
    select
        device_id,
        device_type,
        building_id,
        'silent',
        case when silence_penalty >= 4e1 then 'high' else 'medium' end,
        'last heard ' || cast(round(silent_for_s / 6e1, 1) as varchar) || ' minutes before the newest record',
        cast(null as double)
    from iot_gold.device_health_summary
    where silence_penalty > 0e0
)

select
    device_id,
    device_type,
    building_id,
    alert,
    urgency,
    evidence,
    due_in_days
from alerts
order by case urgency when 'high' then 1 when 'medium' then 2 else 3 end, device_id, alert

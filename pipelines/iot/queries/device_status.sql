-- title: Device status
-- answers: When did each device last measure, and was its newest row suspicious?
-- columns: device_id, device_type, building_id, zone, event_at (UTC), age_minutes, quality_flags
with placed as (
    select
        *,
        row_number() over (partition by device_id order by event_at desc, sequence desc) as place
    from iot.silver_telemetry
)

select
    device_id,
    device_type,
    building_id,
    zone,
    event_at,
    date_diff('second', event_at, current_timestamp) / 6e1 as age_minutes,
    array_join(quality_flags, ', ') as quality_flags
from placed
where place = 1
order by device_id

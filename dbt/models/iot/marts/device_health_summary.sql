{#-
  Read from the device-hours of seven days, never from silver: 10,000 devices have 1.7 million of them at most.
  A run of some ranges takes what older hours said of a device from the table that it replaces.
#}
{{ config(materialized='lake_table', rewrites='everything') }}

{%- set remembers = execute and changed_ranges() | length > 0 %}

with

hours as (

    select
        *,
        event_date >= {{ health_since() }} as is_recent
    from {{ ref('hourly_sensor_aggregates') }}
    {%- if remembers %}
    where event_date >= {{ health_since() }}
    {%- endif %}

),

seen as (

    select
        device_id,
        max_by(device_type, last_event_at) as device_type,
        max_by(building_id, last_event_at) as building_id,
        max_by(floor_number, last_event_at) as floor_number,
        max_by(zone_name, last_event_at) as zone_name,
        max_by(is_simulated, last_event_at) as is_simulated,
        min(first_event_at) as first_event_at,
        max(last_event_at) as last_event_at,
        max(last_ingested_at) as last_ingested_at
    from (
        select
            device_id,
            device_type,
            building_id,
            floor_number,
            zone_name,
            is_simulated,
            first_event_at,
            last_event_at,
            last_ingested_at
        from hours
        {%- if remembers %}
        union all
        select
            device_id,
            device_type,
            building_id,
            floor_number,
            zone_name,
            is_simulated,
            first_event_at,
            last_event_at,
            last_ingested_at
        from {{ this }}
        {%- endif %}
    )
    group by device_id

),

recent as (

    select
        device_id,
        sum(samples) as samples,
        1e2 * sum(suspicious_samples) / sum(samples) as suspicious_percent,
        cast(sum(date_diff('millisecond', first_event_at, last_event_at)) as double) / 1e3
        / nullif(sum(samples - 1), 0) as usual_step_s,
        max_by(battery_percent, last_event_at) filter (where battery_percent is not null) as battery_percent,
        sum(mean_signal_dbm * samples)
        / nullif(sum(case when mean_signal_dbm is not null then samples end), 0) as signal_dbm
    from hours
    where is_recent
    group by device_id

),

anomalies as (

    select
        device_id,
        count(*) as anomalies,
        count_if(is_open) as open_anomalies,
        sum({{ severity_points() }}) as points,
        max_by(kind, anomaly_score + case when is_open then 1e0 else 0e0 end) as worst_kind,
        max_by(reason, anomaly_score + case when is_open then 1e0 else 0e0 end) as worst_reason
    from {{ ref('stg_iot__anomalies') }}
    where event_date >= {{ health_since() }}
    group by device_id

),

assessed as (

    select
        seen.*,
        max(seen.last_ingested_at) over () as assessed_at,
        coalesce(recent.samples, 0) as samples,
        recent.suspicious_percent,
        recent.usual_step_s,
        recent.battery_percent,
        recent.signal_dbm,
        coalesce(anomalies.anomalies, 0) as anomalies,
        coalesce(anomalies.open_anomalies, 0) as open_anomalies,
        anomalies.worst_kind,
        anomalies.worst_reason,
        least(coalesce(anomalies.points, 0e0), 40e0) as anomaly_penalty,
        least(coalesce(recent.suspicious_percent, 0e0) * 4e-1, 20e0) as quality_penalty,
        case
            when recent.battery_percent < 10e0 then 20e0
            when recent.battery_percent < 30e0 then 10e0
            else 0e0
        end as battery_penalty,
        case
            when recent.signal_dbm < -110e0 then 10e0
            when recent.signal_dbm < -95e0 then 5e0
            else 0e0
        end as signal_penalty
    from seen
    left join recent
        on seen.device_id = recent.device_id
    left join anomalies
        on seen.device_id = anomalies.device_id

),

silent as (

    select
        *,
        date_diff('millisecond', last_ingested_at, assessed_at) / 1e3 as silent_for_s
    from assessed

),

punished as (

    select
        *,
        {{ silence_penalty('silent_for_s', 'usual_step_s') }} as silence_penalty
    from silent

),

scored as (

    select
        *,
        greatest(
            1e2 - silence_penalty - anomaly_penalty - quality_penalty - battery_penalty - signal_penalty, 0e0
        ) as health_score
    from punished

)

select
    device_id,
    device_type,
    building_id,
    floor_number,
    zone_name,
    is_simulated,
    assessed_at,
    first_event_at,
    last_event_at,
    last_ingested_at,
    silent_for_s,
    usual_step_s,
    samples,
    suspicious_percent,
    battery_percent,
    signal_dbm,
    anomalies,
    open_anomalies,
    worst_kind,
    worst_reason,
    silence_penalty,
    anomaly_penalty,
    quality_penalty,
    battery_penalty,
    signal_penalty,
    health_score,
    case
        when health_score >= 80e0 then 'good'
        when health_score >= 60e0 then 'fair'
        when health_score >= 40e0 then 'poor'
        else 'critical'
    end as condition,
    coalesce(
        nullif(
            array_join(
                array[
                    case
                        when silence_penalty > 0e0 then 'check power supply and connection: it is silent'
                    end,
                    case
                        when battery_percent < 10e0 then 'replace the battery now'
                        when battery_percent < 30e0 then 'plan a new battery'
                    end,
                    case when anomalies > 0 then {{ anomaly_advice('worst_kind') }} end,
                    case when quality_penalty >= 10e0 then 'check its flags: many are suspicious' end,
                    case when signal_penalty > 0e0 then 'improve its radio connection' end
                ],
                '; '
            ),
            ''
        ),
        'no maintenance needed'
    ) as maintenance_advice
from scored

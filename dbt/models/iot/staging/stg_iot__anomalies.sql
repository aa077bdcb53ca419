{#- The table comes with the first run that judges devices; without it no device has an anomaly. #}
{%- set anomalies = source('iot', 'anomalies') %}
{%- set is_there = is_in_lake(anomalies) %}
with

source as (

    {%- if is_there %}

    select * from {{ anomalies }}

    {%- else %}

    select
        cast(null as varchar) as anomaly_id,
        cast(null as varchar) as device_id,
        cast(null as varchar) as building_id,
        cast(null as varchar) as device_type,
        cast(null as varchar) as metric,
        cast(null as varchar) as kind,
        cast(null as varchar) as severity,
        cast(null as double) as score,
        cast(null as boolean) as is_open,
        cast(null as varchar) as reason,
        cast(null as timestamp(6) with time zone) as start_at,
        cast(null as timestamp(6) with time zone) as end_at,
        cast(null as date) as event_date
    where false

    {%- endif %}

),

renamed as (

    select
        ---------- ids
        anomaly_id,
        device_id,
        building_id,

        ---------- strings
        device_type,
        metric,
        kind,
        severity,
        reason,

        ---------- numerics
        score as anomaly_score,

        ---------- booleans
        is_open,

        ---------- timestamps
        start_at,
        end_at,
        event_date

    from source

)

select * from renamed

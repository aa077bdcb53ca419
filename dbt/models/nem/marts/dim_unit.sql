{{ config(materialized='lake_table', rewrites='everything', tags=['interval', 'reference']) }}

with

units as (

    select * from {{ ref('stg_nem__units') }}

),

newest_first as (

    select
        *,
        row_number() over (
            partition by unit_id
            order by valid_to desc, valid_from desc, fuel_source asc, station_name asc
        ) as version_from_newest
    from units

),

current_units as (

    select * from newest_first
    where version_from_newest = 1

),

seen_in_run as (

    select
        unit_id,
        min(trading_interval) as first_interval,
        max(trading_interval) as last_interval
    from {{ ref('fact_dispatch') }}
    where {{ in_changed_range() }}
    group by unit_id

),

{#- A run that touched some intervals only takes the rest of what was seen from the table it replaces. #}
{%- set remembers = execute and changed_ranges() | length > 0 %}

seen as (

    select
        unit_id,
        min(first_interval) as first_interval,
        max(last_interval) as last_interval
    from (
        select * from seen_in_run
        {%- if remembers %}
        union all
        select
            unit_id,
            first_interval,
            last_interval
        from {{ this }}
        where first_interval is not null
        {%- endif %}
    )
    group by unit_id

)

select
    coalesce(current_units.unit_id, seen.unit_id) as unit_id,
    current_units.station_name,
    current_units.region_id,
    coalesce(current_units.fuel_type, 'unknown') as fuel_type,
    current_units.fuel_source,
    current_units.dispatch_type,
    current_units.capacity_mw,
    current_units.emissions_factor_t_per_mwh,
    current_units.valid_from,
    current_units.valid_to,
    current_units.unit_id is not null as is_registered,
    seen.first_interval,
    seen.last_interval
from current_units
full outer join seen
    on current_units.unit_id = seen.unit_id

{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    properties={'partitioning': "ARRAY['trading_date']"},
    tags=['interval'],
) }}

with

unit_intervals as (

    select * from {{ ref('int_unit_intervals_classified') }}
    where {{ in_changed_range() }}

)

select
    trading_interval,
    interval_end_at,
    trading_date,
    unit_id,
    fuel_type,
    station_name,
    region_id,
    dispatch_type,
    power_mw,
    generation_mw,
    energy_mwh,
    emissions_t,
    is_generation,
    is_load,
    is_registered,
    ingested_at
from unit_intervals

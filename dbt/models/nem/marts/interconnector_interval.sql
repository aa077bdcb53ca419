{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    properties={'partitioning': "ARRAY['trading_date']"},
    tags=['interval'],
) }}

with

interconnector_intervals as (

    select * from {{ ref('stg_nem__interconnector_intervals') }}
    where {{ in_changed_range() }}

),

interconnectors as (

    select * from {{ ref('stg_nem__interconnectors') }}

)

{#- Ends as of the interval's start, as for units; an interconnector that is not known yet has none. #}

select
    interconnector_intervals.trading_interval,
    interconnector_intervals.interval_end_at,
    interconnector_intervals.trading_date,
    interconnector_intervals.interconnector_id,
    interconnectors.from_region_id,
    interconnectors.to_region_id,
    interconnector_intervals.metered_flow_mw,
    interconnector_intervals.target_flow_mw,
    interconnector_intervals.losses_mw,
    interconnector_intervals.export_limit_mw,
    interconnector_intervals.import_limit_mw
from interconnector_intervals
left join interconnectors
    on interconnector_intervals.interconnector_id = interconnectors.interconnector_id
    and interconnector_intervals.trading_interval - interval '5' minute >= interconnectors.valid_from
    and interconnector_intervals.trading_interval - interval '5' minute < interconnectors.valid_to

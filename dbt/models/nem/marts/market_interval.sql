{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    with_rooftop=true,
    properties={'partitioning': "ARRAY['trading_date']"},
    tags=['interval'],
) }}

with

region_intervals as (

    select * from {{ ref('region_interval') }}
    where {{ in_changed_range(with_rooftop=true) }}

),

{#- Units without a region are in no region's row, and must not vanish from the market's. #}

units_without_region as (

    select
        trading_interval,
        max(interval_end_at) as interval_end_at,
        max(trading_date) as trading_date,
        sum(generation_mw) as unknown_mw,
        count(*) as units_reporting
    from {{ ref('int_unit_intervals_classified') }}
    where region_id is null and {{ in_changed_range(with_rooftop=true) }}
    group by trading_interval

),

regions_summed as (

    select
        trading_interval,
        max(interval_end_at) as interval_end_at,
        max(trading_date) as trading_date,
        case
            when count(price_aud_per_mwh) = count(*) and count(demand_mw) = count(*)
                then {{ weighted_mean('price_aud_per_mwh', 'demand_mw') }}
        end as price_aud_per_mwh,
        case when count(demand_mw) = count(*) then sum(demand_mw) end as demand_mw,
        case
            when count(available_generation_mw) = count(*) then sum(available_generation_mw)
        end as available_generation_mw,
        sum(generation_mw) as generation_mw,
        {%- for fuel in generation_fuels() %}
        sum({{ fuel }}_mw) as {{ fuel }}_mw,
        {%- endfor %}
        sum(unknown_mw) as unknown_mw,
        sum(battery_charging_mw) as battery_charging_mw,
        sum(load_mw) as load_mw,
        case when count(rooftop_solar_mw) = count(*) then sum(rooftop_solar_mw) end as rooftop_solar_mw,
        {#- Of regions whose generation is there: of the others the share has no whole. #}
        case
            when count(rooftop_solar_mw) = count(*)
                then sum(case when generation_mw is not null then {{ rooftop_part_mw() }} end)
        end as rooftop_beside_generation_mw,
        sum(emissions_t) as emissions_t,
        count(*) as regions_reporting,
        sum(units_reporting) as units_reporting
    from region_intervals
    group by trading_interval

),

joined as (

    select
        coalesce(regions_summed.trading_interval, units_without_region.trading_interval) as trading_interval,
        coalesce(regions_summed.interval_end_at, units_without_region.interval_end_at) as interval_end_at,
        coalesce(regions_summed.trading_date, units_without_region.trading_date) as trading_date,
        price_aud_per_mwh,
        demand_mw,
        available_generation_mw,
        generation_mw,
        {%- for fuel in generation_fuels() %}
        {{ fuel }}_mw,
        {%- endfor %}
        case
            when units_without_region.unknown_mw is null then regions_summed.unknown_mw
            else coalesce(regions_summed.unknown_mw, 0e0) + units_without_region.unknown_mw
        end as unknown_mw,
        battery_charging_mw,
        load_mw,
        rooftop_solar_mw,
        {{
            percent(
                'solar_mw + rooftop_beside_generation_mw',
                'generation_mw + rooftop_beside_generation_mw'
            )
        }} as solar_share_with_rooftop,
        emissions_t,
        coalesce(regions_reporting, 0) as regions_reporting,
        coalesce(regions_summed.units_reporting, 0)
        + coalesce(units_without_region.units_reporting, 0) as units_reporting
    from regions_summed
    full outer join units_without_region
        on regions_summed.trading_interval = units_without_region.trading_interval

)

select
    *,
    {{ percent('solar_mw', 'generation_mw') }} as solar_share,
    {{ percent('coal_mw', 'generation_mw') }} as coal_percent,
    {{ percent(renewable_fuels() | join('_mw + ') ~ '_mw', 'generation_mw') }} as renewables_share
from joined

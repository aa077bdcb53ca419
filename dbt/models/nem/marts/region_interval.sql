{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    with_rooftop=true,
    properties={'partitioning': "ARRAY['trading_date']"},
    tags=['interval'],
) }}

with

unit_intervals as (

    select * from {{ ref('int_unit_intervals_classified') }}
    where region_id is not null and {{ in_changed_range(with_rooftop=true) }}

),

prices_and_demand as (

    select * from {{ ref('stg_nem__region_intervals') }}
    where {{ in_changed_range(with_rooftop=true) }}

),

rooftop as (

    select * from {{ ref('stg_nem__rooftop_half_hours') }}
    where {{ in_changed_half_hours() }}

),

outputs as (

    select
        trading_interval,
        region_id,
        max(interval_end_at) as interval_end_at,
        max(trading_date) as trading_date,
        count(*) as units_reporting,
        sum(case when is_registered then generation_mw else 0e0 end) as generation_mw,
        {%- for fuel in generation_fuels() %}
        sum(case when fuel_type = '{{ fuel }}' then generation_mw else 0e0 end) as {{ fuel }}_mw,
        {%- endfor %}
        sum(case when fuel_type = 'unknown' then generation_mw else 0e0 end) as unknown_mw,
        sum({{ battery_draw_mw() }}) as battery_charging_mw,
        sum({{ load_draw_mw() }}) as load_mw,
        sum(emissions_t) as emissions_t
    from unit_intervals
    group by trading_interval, region_id

),

joined as (

    select
        outputs.*,
        prices_and_demand.price_aud_per_mwh,
        prices_and_demand.demand_mw,
        prices_and_demand.available_generation_mw,
        prices_and_demand.net_interchange_mw,
        coalesce(outputs.trading_interval, prices_and_demand.trading_interval) as any_trading_interval,
        coalesce(outputs.region_id, prices_and_demand.region_id) as any_region_id,
        coalesce(outputs.interval_end_at, prices_and_demand.interval_end_at) as any_interval_end_at,
        coalesce(outputs.trading_date, prices_and_demand.trading_date) as any_trading_date
    from outputs
    full outer join prices_and_demand
        on outputs.trading_interval = prices_and_demand.trading_interval
        and outputs.region_id = prices_and_demand.region_id

),

with_rooftop as (

    select
        joined.*,
        rooftop.rooftop_solar_mw
    from joined
    left join rooftop
        on joined.any_region_id = rooftop.region_id
        and {{ half_hour_end('joined.any_trading_interval') }} = rooftop.half_hour_end

)

select
    any_trading_interval as trading_interval,
    any_interval_end_at as interval_end_at,
    any_trading_date as trading_date,
    any_region_id as region_id,
    price_aud_per_mwh,
    demand_mw,
    available_generation_mw,
    net_interchange_mw,
    generation_mw,
    {%- for fuel in generation_fuels() %}
    {{ fuel }}_mw,
    {%- endfor %}
    unknown_mw,
    battery_charging_mw,
    load_mw,
    rooftop_solar_mw,
    {{ percent('solar_mw', 'generation_mw') }} as solar_share,
    {{ percent('coal_mw', 'generation_mw') }} as coal_percent,
    {{ percent(renewable_fuels() | join('_mw + ') ~ '_mw', 'generation_mw') }} as renewables_share,
    {{ percent('solar_mw + ' ~ rooftop_part_mw(), 'generation_mw + ' ~ rooftop_part_mw()) }}
        as solar_share_with_rooftop,
    emissions_t,
    coalesce(units_reporting, 0) as units_reporting
from with_rooftop

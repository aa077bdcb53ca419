{#- Accounting identity: generation and demand of market_interval are sums of region_interval, to 1 kW. -#}
{% test adds_up_to_regions(model, regions) %}

with

market as (

    select * from {{ model }}

),

regions as (

    select
        trading_interval,
        sum(generation_mw) as generation_mw,
        sum(demand_mw) as demand_mw,
        count(*) as regions_reporting
    from {{ regions }}
    where {{ in_changed_range(with_rooftop=true) }}
    group by trading_interval

)

select
    coalesce(market.trading_interval, regions.trading_interval) as trading_interval,
    market.generation_mw as found_mw,
    regions.generation_mw as expected_mw
from market
full outer join regions
    on market.trading_interval = regions.trading_interval
where coalesce(market.regions_reporting, -1) <> coalesce(regions.regions_reporting, 0)
    or (market.generation_mw is null) <> (regions.generation_mw is null)
    or abs(market.generation_mw - regions.generation_mw) > 1e-3
    or abs(market.demand_mw - regions.demand_mw) > 1e-3

{% endtest %}

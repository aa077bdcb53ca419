{#-
  Accounting identities of market_interval, in one scan of the regions: generation and demand are sums of
  region_interval, to 1 kW, and each column of `lies_between`, a mean or a share of sums, lies between the smallest
  and the largest that the regions have in the column of that name.
-#}
{% test adds_up_to_regions(model, regions, lies_between=[]) %}

with

market as (

    select * from {{ model }}

),

regions as (

    select
        trading_interval,
        sum(generation_mw) as generation_mw,
        sum(demand_mw) as demand_mw,
        {%- for column in lies_between %}
        min({{ column }}) as least_{{ column }},
        max({{ column }}) as greatest_{{ column }},
        {%- endfor %}
        count(*) as regions_reporting
    from {{ regions }}
    where {{ in_changed_range(with_rooftop=true) }}
    group by trading_interval

)

select
    coalesce(market.trading_interval, regions.trading_interval) as trading_interval,
    {%- for column in lies_between %}
    market.{{ column }},
    regions.least_{{ column }},
    regions.greatest_{{ column }},
    {%- endfor %}
    market.generation_mw as found_mw,
    regions.generation_mw as expected_mw
from market
full outer join regions
    on market.trading_interval = regions.trading_interval
where coalesce(market.regions_reporting, -1) <> coalesce(regions.regions_reporting, 0)
    or (market.generation_mw is null) <> (regions.generation_mw is null)
    or abs(market.generation_mw - regions.generation_mw) > 1e-3
    or abs(market.demand_mw - regions.demand_mw) > 1e-3
    {%- for column in lies_between %}
    or (
        market.{{ column }} is not null
        and not coalesce(market.{{ column }} >= regions.least_{{ column }} - 1e-6, false)
    )
    or (
        market.{{ column }} is not null
        and not coalesce(market.{{ column }} <= regions.greatest_{{ column }} + 1e-6, false)
    )
    {%- endfor %}

{% endtest %}

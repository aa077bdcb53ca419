{#-
  For the test keeps_rules: rows of region_interval that are not the sums of fact_dispatch's units (`sums.of`), to 1 kW.
  Each fuel column is, and so is what batteries and other loads draw.
-#}
{% macro broken_sums_of_units(model, sums) -%}
with

regions as (

    select * from {{ model }}

),

units as (

    select
        trading_interval,
        region_id,
        {%- for fuel in generation_fuels() + ['unknown'] %}
        sum(case when fuel_type = '{{ fuel }}' then generation_mw else 0e0 end) as {{ fuel }}_mw,
        {%- endfor %}
        sum({{ battery_draw_mw() }}) as battery_charging_mw,
        sum({{ load_draw_mw() }}) as load_mw,
        count(*) as units_reporting
    from {{ sums.of }}
    where region_id is not null and {{ in_changed_range(with_rooftop=true) }}
    group by trading_interval, region_id

)

select
    coalesce(regions.trading_interval, units.trading_interval) as trading_interval,
    coalesce(regions.region_id, units.region_id) as region_id,
    array[
        'the units add up: ' || {{ told('regions.units_reporting') }} || ' units found, '
        || {{ told('units.units_reporting') }} || ' expected'
    ] as broken_rules
from regions
full outer join units
    on regions.trading_interval = units.trading_interval
    and regions.region_id = units.region_id
where coalesce(regions.units_reporting, -1) <> coalesce(units.units_reporting, 0)
    {%- for fuel in generation_fuels() + ['unknown'] %}
    or abs(regions.{{ fuel }}_mw - units.{{ fuel }}_mw) > 1e-3
    {%- endfor %}
    or abs(regions.battery_charging_mw - units.battery_charging_mw) > 1e-3
    or abs(regions.load_mw - units.load_mw) > 1e-3
{%- endmacro %}

{#-
  The same of market_interval and the regions (`sums.of`): generation and demand are sums of region_interval, to 1 kW,
  and each column of `sums.lies_between`, a mean or a share of sums, lies between the smallest and the largest that the
  regions have in the column of that name.
-#}
{% macro broken_sums_of_regions(model, sums) -%}
with

market as (

    select * from {{ model }}

),

regions as (

    select
        trading_interval,
        sum(generation_mw) as generation_mw,
        sum(demand_mw) as demand_mw,
        {%- for column in sums.lies_between %}
        min({{ column }}) as least_{{ column }},
        max({{ column }}) as greatest_{{ column }},
        {%- endfor %}
        count(*) as regions_reporting
    from {{ sums.of }}
    where {{ in_changed_range(with_rooftop=true) }}
    group by trading_interval

),

compared as (

    select
        coalesce(market.trading_interval, regions.trading_interval) as trading_interval,
        array[
            case
                when coalesce(market.regions_reporting, -1) <> coalesce(regions.regions_reporting, 0)
                    or (market.generation_mw is null) <> (regions.generation_mw is null)
                    or abs(market.generation_mw - regions.generation_mw) > 1e-3
                    or abs(market.demand_mw - regions.demand_mw) > 1e-3
                    then
                        'the regions add up: ' || {{ told('market.generation_mw') }} || ' MW found, '
                        || {{ told('regions.generation_mw') }} || ' expected'
            end
            {%- for column in sums.lies_between %},
            case
                when market.{{ column }} is not null
                    and not coalesce(
                        market.{{ column }} >= regions.least_{{ column }} - 1e-6
                        and market.{{ column }} <= regions.greatest_{{ column }} + 1e-6,
                        false
                    )
                    then
                        '{{ column }} lies between those of the regions: ' || {{ told('market.' ~ column) }}
                        || ' found, ' || {{ told('regions.least_' ~ column) }} || ' to '
                        || {{ told('regions.greatest_' ~ column) }} || ' expected'
            end
            {%- endfor %}
        ] as rules
    from market
    full outer join regions
        on market.trading_interval = regions.trading_interval

)

select
    trading_interval,
    filter(rules, rule -> rule is not null) as broken_rules
from compared
where cardinality(filter(rules, rule -> rule is not null)) > 0
{%- endmacro %}

{% macro told(value) -%}
    coalesce(cast({{ value }} as varchar), 'none')
{%- endmacro %}

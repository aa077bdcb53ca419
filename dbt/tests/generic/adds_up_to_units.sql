{#-
  Accounting identity: each fuel column of region_interval is the sum of fact_dispatch's units, to 1 kW, and so is what
  batteries and other loads draw.
-#}
{% test adds_up_to_units(model, units) %}

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
    from {{ units }}
    where region_id is not null and {{ in_changed_range(with_rooftop=true) }}
    group by trading_interval, region_id

)

select
    coalesce(regions.trading_interval, units.trading_interval) as trading_interval,
    coalesce(regions.region_id, units.region_id) as region_id,
    regions.units_reporting as found_units,
    units.units_reporting as expected_units
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

{% endtest %}

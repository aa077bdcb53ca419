{#-
  For the test keeps_rules: rows of building_energy_dashboard that are not the sums of the devices' hours (`sums.of`),
  to a thousandth of a watt hour.
-#}
{% macro broken_sums_of_devices(model, sums) -%}
with

buildings as (

    select * from {{ model }}

),

device_hours as (

    select
        building_id,
        hour_start_at,
        count(*) as devices,
        sum(power_samples) as power_samples,
        sum(energy_kwh) as energy_kwh,
        sum(fed_back_kwh) as fed_back_kwh
    from {{ sums.of }}
    where power_samples > 0 and {{ in_changed_range() }}
    group by building_id, hour_start_at

)

select
    coalesce(buildings.hour_start_at, device_hours.hour_start_at) as hour_start_at,
    coalesce(buildings.building_id, device_hours.building_id) as building_id,
    array[
        'the devices add up: ' || {{ told('buildings.energy_kwh') }} || ' kWh of '
        || {{ told('buildings.devices') }} || ' devices found, ' || {{ told('device_hours.energy_kwh') }} || ' of '
        || {{ told('device_hours.devices') }} || ' expected'
    ] as broken_rules
from buildings
full outer join device_hours
    on buildings.building_id = device_hours.building_id
    and buildings.hour_start_at = device_hours.hour_start_at
where coalesce(buildings.devices, 0) <> coalesce(device_hours.devices, 0)
    or coalesce(buildings.power_samples, 0) <> coalesce(device_hours.power_samples, 0)
    or abs(coalesce(buildings.energy_kwh, 0e0) - coalesce(device_hours.energy_kwh, 0e0)) > 1e-6
    or abs(coalesce(buildings.fed_back_kwh, 0e0) - coalesce(device_hours.fed_back_kwh, 0e0)) > 1e-6
{%- endmacro %}

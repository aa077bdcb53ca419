{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    properties={'partitioning': "ARRAY['event_date']"},
) }}

with

hours as (

    select * from {{ ref('hourly_sensor_aggregates') }}
    where power_samples > 0 and {{ in_changed_range() }}

),

summed as (

    select
        building_id,
        hour_start_at,
        max(event_date) as event_date,
        bool_or(is_simulated) as is_simulated,
        count(*) as devices,
        sum(power_samples) as power_samples,
        sum(energy_kwh) as energy_kwh,
        sum(fed_back_kwh) as fed_back_kwh,
        sum(register_energy_kwh) as register_energy_kwh,
        sum(factored_energy_kwh) as factored_energy_kwh,
        sum(reactive_energy_kvarh) as reactive_energy_kvarh,
        1e2 * sum(covered_s) / (count(*) * 3600e0) as covered_percent
    from hours
    group by building_id, hour_start_at

),

{#- The load of a building: the sum of its devices' mean loads, each over the seconds in which it is known. #}

quarters as (

    select
        hours.building_id,
        hours.hour_start_at,
        quarters.quarter,
        sum(quarters.energy_kwh * 3600e0 / quarters.covered_s) as load_kw,
        max(quarters.covered_s) as covered_s
    from hours
    cross join
        unnest(hours.quarter_energy_kwh, hours.quarter_covered_s) with ordinality
            as quarters (energy_kwh, covered_s, quarter)
    where quarters.covered_s > 0e0
    group by hours.building_id, hours.hour_start_at, quarters.quarter

),

loads as (

    select
        building_id,
        hour_start_at,
        sum(load_kw * covered_s) / sum(covered_s) as mean_load_kw,
        max(load_kw) as peak_load_kw
    from quarters
    group by building_id, hour_start_at

)

select
    summed.hour_start_at,
    summed.event_date,
    summed.building_id,
    summed.is_simulated,
    summed.devices,
    summed.power_samples,
    summed.energy_kwh,
    summed.fed_back_kwh,
    summed.register_energy_kwh,
    summed.covered_percent,
    loads.mean_load_kw,
    loads.peak_load_kw,
    loads.mean_load_kw / nullif(loads.peak_load_kw, 0e0) as load_factor,
    summed.reactive_energy_kvarh,
    {{ factor_of('summed.factored_energy_kwh', 'summed.reactive_energy_kvarh') }} as power_factor,
    {{ is_peak_hour('summed.hour_start_at') }} as is_peak_price,
    {{ tariff_eur_per_kwh(is_peak_hour('summed.hour_start_at')) }} as tariff_eur_per_kwh,
    summed.energy_kwh * {{ tariff_eur_per_kwh(is_peak_hour('summed.hour_start_at')) }} as cost_eur
from summed
left join loads
    on summed.building_id = loads.building_id
    and summed.hour_start_at = loads.hour_start_at

{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    properties={'partitioning': "ARRAY['event_date']"},
) }}

with

measured as (

    select
        device_id,
        date_trunc('hour', event_at) as hour_start_at,
        max(event_date) as event_date,
        max_by(device_type, event_at) as device_type,
        max_by(building_id, event_at) as building_id,
        max_by(floor_number, event_at) as floor_number,
        max_by(zone_name, event_at) as zone_name,
        bool_or(is_simulated) as is_simulated,
        count(*) as samples,
        sum(records) as records,
        count_if(is_late) as late_samples,
        count_if(is_suspicious) as suspicious_samples,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at,
        max(ingested_at) as last_ingested_at,
        avg(temperature_c) as mean_temperature_c,
        min(temperature_c) as min_temperature_c,
        max(temperature_c) as max_temperature_c,
        avg(humidity_percent) as mean_humidity_percent,
        avg(pressure_hpa) as mean_pressure_hpa,
        avg(vibration_mm_per_s) as mean_vibration_mm_per_s,
        max(vibration_mm_per_s) as max_vibration_mm_per_s,
        avg(signal_dbm) as mean_signal_dbm,
        case
            when 2 * count(battery_percent) >= count(*) then approx_percentile(battery_percent, 5e-1)
        end as battery_percent,
        count(power_w) as power_samples,
        avg(power_w) as mean_power_w,
        max(power_w) as max_power_w
    from {{ ref('stg_iot__telemetry') }}
    where {{ in_changed_range('event_at') }}
    group by device_id, date_trunc('hour', event_at)

),

integrated as (

    select
        device_id,
        hour_start_at,
        sum(energy_kwh) as energy_kwh,
        sum(fed_back_kwh) as fed_back_kwh,
        sum(register_energy_kwh) as register_energy_kwh,
        sum(factored_energy_kwh) as factored_energy_kwh,
        sum(reactive_energy_kvarh) as reactive_energy_kvarh,
        sum(covered_s) as covered_s,
        array[
            {%- for each in [1, 2, 3, 4] %}
            coalesce(sum(case when quarter = {{ each }} then energy_kwh end), 0e0){{ ',' if not loop.last }}
            {%- endfor %}
        ] as quarter_energy_kwh,
        array[
            {%- for each in [1, 2, 3, 4] %}
            coalesce(sum(case when quarter = {{ each }} then covered_s end), 0e0){{ ',' if not loop.last }}
            {%- endfor %}
        ] as quarter_covered_s
    from {{ ref('int_power_by_quarter') }}
    group by device_id, hour_start_at

)

select
    measured.hour_start_at,
    measured.event_date,
    measured.device_id,
    measured.device_type,
    measured.building_id,
    measured.floor_number,
    measured.zone_name,
    measured.is_simulated,
    measured.samples,
    measured.records,
    measured.late_samples,
    measured.suspicious_samples,
    measured.first_event_at,
    measured.last_event_at,
    measured.last_ingested_at,
    measured.mean_temperature_c,
    measured.min_temperature_c,
    measured.max_temperature_c,
    measured.mean_humidity_percent,
    measured.mean_pressure_hpa,
    measured.mean_vibration_mm_per_s,
    measured.max_vibration_mm_per_s,
    measured.mean_signal_dbm,
    measured.battery_percent,
    measured.power_samples,
    measured.mean_power_w,
    measured.max_power_w,
    integrated.energy_kwh,
    integrated.fed_back_kwh,
    integrated.register_energy_kwh,
    integrated.factored_energy_kwh,
    integrated.reactive_energy_kvarh,
    {{ factor_of('integrated.factored_energy_kwh', 'integrated.reactive_energy_kvarh') }} as power_factor,
    coalesce(integrated.covered_s, 0e0) as covered_s,
    integrated.quarter_energy_kwh,
    integrated.quarter_covered_s
from measured
left join integrated
    on measured.device_id = integrated.device_id
    and measured.hour_start_at = integrated.hour_start_at

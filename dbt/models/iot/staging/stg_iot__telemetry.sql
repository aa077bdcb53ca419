with

source as (

    select * from {{ source('iot', 'silver_telemetry') }}

),

renamed as (

    select
        ---------- ids
        device_id,
        building_id,

        ---------- strings
        device_type,
        zone as zone_name,

        ---------- numerics
        floor as floor_number,
        sequence,
        temperature_c,
        humidity_percent,
        pressure_hpa,
        vibration_mm_per_s,
        power_w,
        power_factor,
        energy_kwh as register_kwh,
        battery_percent,
        signal_dbm,
        records,

        ---------- booleans
        is_simulated,
        contains(quality_flags, 'late') as is_late,
        cardinality(quality_flags) > 0 as is_suspicious,

        ---------- timestamps
        event_at,
        event_date,
        ingested_at

    from source

)

select * from renamed

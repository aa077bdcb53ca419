with

source as (

    select * from {{ source('nem', 'silver_dispatch_clean') }}

),

renamed as (

    select
        ---------- ids
        unit_id,
        region_id,

        ---------- strings
        station_name,
        coalesce(fuel_type, 'unknown') as fuel_type,
        dispatch_type,

        ---------- numerics
        power_mw,
        emissions_factor_t_per_mwh,

        ---------- timestamps
        trading_interval,
        interval_end_at,
        trading_date,
        ingested_at

    from source

)

select * from renamed

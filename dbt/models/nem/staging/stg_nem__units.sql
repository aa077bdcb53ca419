with

source as (

    select * from {{ source('nem', 'unit_metadata') }}

),

renamed as (

    select
        ---------- ids
        unit_id,
        region_id,

        ---------- strings
        station_name,
        fuel_type,
        fuel_source,
        dispatch_type,

        ---------- numerics
        capacity_mw,
        emissions_factor_t_per_mwh,

        ---------- timestamps
        valid_from,
        valid_to

    from source

)

select * from renamed

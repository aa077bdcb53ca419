with

source as (

    select * from {{ source('nem', 'interconnector_metadata') }}

),

renamed as (

    select
        ---------- ids
        interconnector_id,
        region_from as from_region_id,
        region_to as to_region_id,

        ---------- timestamps
        valid_from,
        valid_to

    from source

)

select * from renamed

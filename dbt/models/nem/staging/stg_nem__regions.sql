with

source as (

    select * from {{ source('nem', 'region_metadata') }}

),

renamed as (

    select
        ---------- ids
        region_id,

        ---------- strings
        region_name,
        state,

        ---------- timestamps
        valid_from,
        valid_to

    from source

)

select * from renamed

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
        state

    from source

)

select * from renamed

with

source as (

    select * from {{ source('nem', 'silver_rooftop_clean') }}

),

renamed as (

    select
        ---------- ids
        region_id,

        ---------- numerics
        power_mw as rooftop_solar_mw,

        ---------- timestamps
        trading_interval as half_hour_end,
        trading_date

    from source

)

select * from renamed

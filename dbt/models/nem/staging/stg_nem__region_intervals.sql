with

source as (

    select * from {{ source('nem', 'silver_region_clean') }}

),

renamed as (

    select
        ---------- ids
        region_id,

        ---------- numerics
        price_aud_per_mwh,
        demand_mw,
        available_generation_mw,
        net_interchange_mw,

        ---------- timestamps
        trading_interval,
        interval_end_at,
        trading_date

    from source

)

select * from renamed

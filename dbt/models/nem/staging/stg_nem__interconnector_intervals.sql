with

source as (

    select * from {{ source('nem', 'silver_interconnector_clean') }}

),

renamed as (

    select
        ---------- ids
        interconnector_id,

        ---------- numerics
        metered_mw_flow as metered_flow_mw,
        mw_flow as target_flow_mw,
        mw_losses as losses_mw,
        export_limit_mw,
        import_limit_mw,

        ---------- timestamps
        trading_interval,
        interval_end_at,
        trading_date

    from source

)

select * from renamed

with

unit_intervals as (

    select * from {{ ref('stg_nem__unit_intervals') }}

),

flagged as (

    select
        *,
        fuel_type <> 'unknown' as is_registered,
        (coalesce(dispatch_type, '') = 'LOAD' or fuel_type = 'load') as is_load
    from unit_intervals

),

converted as (

    select
        *,
        (power_mw > 0e0 and not is_load) as is_generation,
        case when is_load then 0e0 else greatest(power_mw, 0e0) end as generation_mw,
        power_mw * 5e0 / 60e0 as energy_mwh
    from flagged

),

classified as (

    select
        *,
        case
            when is_load then cast(null as double)
            else generation_mw * 5e0 / 60e0 * emissions_factor_t_per_mwh
        end as emissions_t
    from converted

)

select * from classified

{{ config(materialized='lake_table', rewrites='everything', tags=['reference']) }}

with

regions as (

    select * from {{ ref('stg_nem__regions') }}

),

newest_first as (

    select
        *,
        row_number() over (
            partition by region_id
            order by valid_to desc nulls first, valid_from desc nulls last, region_name asc
        ) as version_from_newest
    from regions

)

select
    region_id,
    region_name,
    state,
    valid_from,
    valid_to
from newest_first
where version_from_newest = 1

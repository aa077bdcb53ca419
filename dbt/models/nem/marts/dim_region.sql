{{ config(materialized='lake_table', rewrites='everything', tags=['reference']) }}

with

regions as (

    select * from {{ ref('stg_nem__regions') }}

)

select
    region_id,
    region_name,
    state
from regions

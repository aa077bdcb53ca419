{{ config(materialized='lake_table', replace='everything', tags=['reference']) }}

with

regions as (

    select * from {{ ref('stg_nem__regions') }}

)

select
    region_id,
    region_name,
    state
from regions

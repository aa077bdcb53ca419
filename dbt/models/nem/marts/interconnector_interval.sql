{{ config(
    materialized='lake_table',
    rewrites='changed_ranges',
    properties={'partitioning': "ARRAY['trading_date']"},
    tags=['interval'],
) }}

{#- Positive flow runs from the first region to the second. Source: AEMO, MMS data model, INTERCONNECTOR. #}
{%- set links = {
    'T-V-MNSP1': ['TAS1', 'VIC1'],
    'V-SA': ['VIC1', 'SA1'],
    'V-S-MNSP1': ['VIC1', 'SA1'],
    'VIC1-NSW1': ['VIC1', 'NSW1'],
    'NSW1-QLD1': ['NSW1', 'QLD1'],
    'N-Q-MNSP1': ['NSW1', 'QLD1'],
} %}

with

interconnector_intervals as (

    select * from {{ ref('stg_nem__interconnector_intervals') }}
    where {{ in_changed_range() }}

)

select
    trading_interval,
    interval_end_at,
    trading_date,
    interconnector_id,
    {%- for end in ['from', 'to'] %}
    {%- set position = loop.index0 %}
    case interconnector_id
        {%- for interconnector_id, regions in links.items() %}
        when '{{ interconnector_id }}' then '{{ regions[position] }}'
        {%- endfor %}
    end as {{ end }}_region_id,
    {%- endfor %}
    metered_flow_mw,
    target_flow_mw,
    losses_mw,
    export_limit_mw,
    import_limit_mw
from interconnector_intervals

{#- Rooftop half hours (by their ends) that hold any interval of the changed ranges. -#}
{% macro in_changed_half_hours() -%}
    {{ return(in_changed_range('half_hour_end', overhang_minutes=30)) }}
{%- endmacro %}

{#- A NEM time such as 2025-12-27T00:05:00, without an offset, as a Python datetime in UTC. -#}
{% macro nem_time(text) -%}
    {%- set offset = var('changed_time').nem.utc_offset_minutes -%}
    {{ return(utc_time(text ~ 'Z') - modules.datetime.timedelta(minutes=offset)) }}
{%- endmacro %}

{#- The trading day (04:00, 04:00 next day] that an interval END belongs to. -#}
{% macro nem_trading_date(interval_end) -%}
    {{ return(clock_day(interval_end - modules.datetime.timedelta(microseconds=1), var('changed_time').nem)) }}
{%- endmacro %}

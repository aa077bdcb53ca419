{#-
  Predicate on `trading_interval` and its partition `trading_date`: the rows this run may replace.
  Literals, not subqueries, so that Trino prunes partitions and files before it reads any.
-#}
{% macro in_changed_range(with_rooftop=false) -%}
    {{ return(in_ranges(changed_ranges(with_rooftop))) }}
{%- endmacro %}

{#- Rooftop half hours (by their ends) that hold any interval of the changed ranges. -#}
{% macro in_changed_half_hours() -%}
    {%- set half_hours = [] -%}
    {%- for range in changed_ranges(with_rooftop=true) -%}
        {%- do half_hours.append([range[0], range[1] + modules.datetime.timedelta(minutes=25)]) -%}
    {%- endfor -%}
    {{ return(in_ranges(half_hours, 'half_hour_end')) }}
{%- endmacro %}

{% macro in_ranges(ranges, interval='trading_interval') -%}
    {%- set predicates = [] -%}
    {%- for range in ranges -%}
        {%- do predicates.append(
            "(trading_date between date '" ~ nem_trading_date(range[0]) ~ "' and date '" ~ nem_trading_date(range[1])
            ~ "' and " ~ interval ~ " between timestamp '" ~ range[0] ~ "' and timestamp '" ~ range[1] ~ "')"
        ) -%}
    {%- endfor -%}
    {{ return('(' ~ predicates | join(' or ') ~ ')' if predicates else 'true') }}
{%- endmacro %}

{#- The trading day (04:00, 04:00 next day] that an interval END belongs to. -#}
{% macro nem_trading_date(interval_end) -%}
    {{ return((interval_end - modules.datetime.timedelta(hours=4, seconds=1)).date()) }}
{%- endmacro %}

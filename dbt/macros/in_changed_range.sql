{#-
  Predicate on the time column and its partition: the rows this run may replace. Column names, kind and clock are
  those of the pipeline's folder in `vars: changed_time`; a model may name another time column.
  `overhang_minutes`: rows whose period begins before a range ends, and ends up to so much after it, are in.
  `around_minutes`: rows up to so much before and after are read too, to make those of the ranges.
  Literals, not subqueries, so that Trino prunes partitions and files before it reads any.
-#}
{% macro in_changed_range(column=none, overhang_minutes=0, with_rooftop=none, around_minutes=0) -%}
    {{ return(in_ranges(widened(changed_ranges(), around_minutes), column, overhang_minutes)) }}
{%- endmacro %}

{% macro in_ranges(ranges, column=none, overhang_minutes=0) -%}
    {%- set predicates = [] -%}
    {%- for range in ranges -%}
        {%- do predicates.append('(' ~ in_range(range, column, overhang_minutes) ~ ')') -%}
    {%- endfor -%}
    {{ return('(' ~ predicates | join(' or ') ~ ')' if predicates else 'true') }}
{%- endmacro %}

{#- A row that ends where a range begins belongs to the time before it. -#}
{% macro in_range(range, column, overhang_minutes) -%}
    {%- set time = var('changed_time')[model.fqn[1]] -%}
    {%- set name = column or time.column -%}
    {%- set zone = ' UTC' if time.clock == 'utc' else '' -%}
    {%- set first = on_clock(range[0], time) -%}
    {%- set last = on_clock(range[1] + modules.datetime.timedelta(minutes=overhang_minutes), time) -%}
    {%- set closes = '<=' if time.kind == 'interval_end' and overhang_minutes == 0 else '<' -%}
    {%- set opens = '>' if time.kind == 'interval_end' else '>=' -%}
    {%- set span = name ~ ' ' ~ opens ~ " timestamp '" ~ first ~ zone ~ "' and "
        ~ name ~ ' ' ~ closes ~ " timestamp '" ~ last ~ zone ~ "'" -%}
    {%- if not time.partition -%}{{ return(span) }}{%- endif -%}
    {%- set until = range[1] + modules.datetime.timedelta(minutes=overhang_minutes, microseconds=-1) -%}
    {{ return(
        time.partition ~ " between date '" ~ clock_day(range[0], time) ~ "' and date '" ~ clock_day(until, time)
        ~ "' and " ~ span
    ) }}
{%- endmacro %}

{#- A UTC datetime as the column has it: an instant, or wall-clock time of the pipeline. -#}
{% macro on_clock(instant, time) -%}
    {%- set offset = 0 if time.clock == 'utc' else time.utc_offset_minutes -%}
    {{ return(instant + modules.datetime.timedelta(minutes=offset)) }}
{%- endmacro %}

{#- The pipeline's day that holds a UTC datetime. -#}
{% macro clock_day(instant, time) -%}
    {%- set shift = time.utc_offset_minutes - time.day_start_minutes -%}
    {{ return((instant + modules.datetime.timedelta(minutes=shift)).date()) }}
{%- endmacro %}

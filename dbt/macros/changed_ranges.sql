{#-
  The spans of NEM time that a run touched, as a list of [first, last] intervals (both inclusive).
  From the environment, since a change of `--vars` would make dbt parse the whole project again:
  DBT_CHANGED_RANGES         5-minute intervals `2025-12-27T00:05:00/2025-12-27T00:30:00`, comma-separated
  DBT_CHANGED_ROOFTOP_RANGES half hours of rooftop PV, by their ends, in the same form
  By hand, `--vars '{changed_from: "2025-12-27T00:05:00", changed_to: "2025-12-27T00:30:00"}'` does the same.
  Nothing given, a table that is not there yet, or --full-refresh: an empty list, which stands for all of time.
-#}
{% macro changed_ranges(with_rooftop=false) -%}
    {%- set ranges = [] -%}
    {%- if execute and takes_ranges() -%}
        {%- if var('changed_from', none) -%}
            {%- do ranges.append([nem_time(var('changed_from')), nem_time(var('changed_to'))]) -%}
        {%- endif -%}
        {%- do ranges.extend(parsed_ranges('DBT_CHANGED_RANGES')) -%}
        {%- if with_rooftop and ranges -%}
            {%- for half_hours in parsed_ranges('DBT_CHANGED_ROOFTOP_RANGES') -%}
                {%- do ranges.append([half_hours[0] - modules.datetime.timedelta(minutes=25), half_hours[1]]) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(ranges) }}
{%- endmacro %}

{% macro parsed_ranges(setting) -%}
    {%- set ranges = [] -%}
    {%- for range in env_var(setting, '').split(',') if range | trim -%}
        {%- set ends = range.strip().split('/') -%}
        {%- if ends | length != 2 -%}
            {{ exceptions.raise_compiler_error(setting ~ ": expected <first>/<last>, found " ~ range) }}
        {%- endif -%}
        {%- do ranges.append([nem_time(ends[0]), nem_time(ends[1])]) -%}
    {%- endfor -%}
    {{ return(ranges) }}
{%- endmacro %}

{#- A NEM time such as 2025-12-27T00:05:00, without an offset, as a Python datetime. -#}
{% macro nem_time(text) -%}
    {%- if not modules.re.match('^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d$', text | string) -%}
        {{ exceptions.raise_compiler_error("changed range: expected a NEM time such as 2025-12-27T00:05:00, found " ~ text) }}
    {%- endif -%}
    {{ return(modules.datetime.datetime.strptime((text | string).replace('T', ' '), '%Y-%m-%d %H:%M:%S')) }}
{%- endmacro %}

{#- Tests always look at the ranges only; a model does when there is a table to keep the rest in. -#}
{% macro takes_ranges() -%}
    {%- if model.resource_type == 'model' -%}
        {{ return(load_cached_relation(this) is not none and not should_full_refresh()) }}
    {%- endif -%}
    {{ return(model.resource_type == 'test') }}
{%- endmacro %}

{#-
  The time that a run touched, as a list of half-open [from, to) ranges in UTC (Python datetimes without a zone).
  From the environment, since a change of `--vars` would make dbt parse the whole project again:
  DBT_CHANGED_RANGES `2025-12-26T14:00:00.000Z/2025-12-26T14:30:00.000Z`, comma-separated
  By hand, `--vars '{changed_from: "2025-12-26T14:00:00Z", changed_to: "2025-12-26T14:30:00Z"}'` does the same.
  What lies so near that it may change too (`widened_minutes` of the pipeline) is part of them.
  Nothing given, a table that is not there yet, or --full-refresh: an empty list, which stands for all of time.
-#}
{% macro changed_ranges() -%}
    {%- set ranges = [] -%}
    {%- if execute and takes_ranges() -%}
        {%- if var('changed_from', none) -%}
            {%- do ranges.append([utc_time(var('changed_from')), utc_time(var('changed_to'))]) -%}
        {%- endif -%}
        {%- do ranges.extend(parsed_ranges('DBT_CHANGED_RANGES')) -%}
    {%- endif -%}
    {%- set time = var('changed_time').get(model.fqn[1], {}) if model else {} -%}
    {{ return(widened(ranges, time.get('widened_minutes', 0))) }}
{%- endmacro %}

{#- The ranges with so many minutes before and after each; those that then meet become one. -#}
{% macro widened(ranges, minutes) -%}
    {%- if not minutes -%}{{ return(ranges) }}{%- endif -%}
    {%- set margin = modules.datetime.timedelta(minutes=minutes) -%}
    {%- set result = [] -%}
    {%- for range in ranges | sort -%}
        {%- set first = range[0] - margin -%}
        {%- set last = range[1] + margin -%}
        {%- if result and first <= result[-1][1] -%}
            {%- set before = result.pop() -%}
            {%- do result.append([before[0], [before[1], last] | max]) -%}
        {%- else -%}
            {%- do result.append([first, last]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(result) }}
{%- endmacro %}

{% macro parsed_ranges(setting) -%}
    {%- set ranges = [] -%}
    {%- for range in env_var(setting, '').split(',') if range | trim -%}
        {%- set ends = range.strip().split('/') -%}
        {%- if ends | length != 2 -%}
            {{ exceptions.raise_compiler_error(setting ~ ": expected <from>/<to>, found " ~ range) }}
        {%- endif -%}
        {%- do ranges.append([utc_time(ends[0]), utc_time(ends[1])]) -%}
    {%- endfor -%}
    {{ return(ranges) }}
{%- endmacro %}

{#- A UTC instant such as 2025-12-26T14:00:00.000Z as a Python datetime. -#}
{% macro utc_time(text) -%}
    {%- if not modules.re.match('^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$', text | string) -%}
        {{ exceptions.raise_compiler_error("changed range: expected a UTC instant such as 2025-12-26T14:00:00Z, found " ~ text) }}
    {%- endif -%}
    {%- set whole = (text | string).replace('T', ' ').rstrip('Z') -%}
    {{ return(modules.datetime.datetime.strptime(whole if '.' in whole else whole ~ '.0', '%Y-%m-%d %H:%M:%S.%f')) }}
{%- endmacro %}

{#- Tests always look at the ranges only; a model does when there is a table to keep the rest in. -#}
{% macro takes_ranges() -%}
    {%- if model.resource_type == 'model' -%}
        {{ return(load_cached_relation(this) is not none and not should_full_refresh()) }}
    {%- endif -%}
    {{ return(model.resource_type == 'test') }}
{%- endmacro %}

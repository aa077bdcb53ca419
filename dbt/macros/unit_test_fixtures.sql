{#-
  Unit tests without tables: dbt asks the warehouse for the types of a fixture's columns and makes a
  temporary table for the expected ones, which on the lake means commits, and fails for ephemeral models.
  Here the columns are those described in the project, and their types follow from their names.
-#}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
    {%- set names = graph.nodes['model.currents.' ~ model.name].columns.values() | map(attribute='name') | list -%}
    {%- for row in rows if rows -%}
        {%- for name in row if name not in names -%}
            {{ exceptions.raise_compiler_error(model.name ~ " has no described column " ~ name) }}
        {%- endfor -%}
        select
        {%- for name in names %} {{ fixture_value(row.get(name), name) }} as {{ name }}{{ ',' if not loop.last }}{% endfor %}
        {{ 'union all' if not loop.last }}
    {% else %}
        select {% for name in names %}{{ fixture_value(none, name) }} as {{ name }}{{ ', ' if not loop.last }}{% endfor %}
        where false
    {%- endfor -%}
{%- endmacro %}

{% macro fixture_value(value, name) -%}
    cast({{ 'null' if value is none else dbt.string_literal(value | string) if value is string else value | string | lower }} as {{ type_named(name) }})
{%- endmacro %}

{#- The project's naming rules, read as types. -#}
{% macro type_named(name) -%}
    {%- if name == 'trading_date' -%} date
    {%- elif name.startswith('is_') -%} boolean
    {%- elif name.endswith('_at') -%} timestamp(6) with time zone
    {%- elif name.endswith('_interval') or name in ['half_hour_end', 'valid_from', 'valid_to'] -%} timestamp(6)
    {%- elif name.endswith('_reporting') -%} bigint
    {%- elif name.endswith(('_mw', '_mwh', '_t', '_percent', '_share', '_share_with_rooftop')) -%} double
    {%- else -%} varchar
    {%- endif -%}
{%- endmacro %}

{#- dbt's own, less its temporary table. -#}
{% materialization unit, adapter='trino' -%}
    {%- set rows = config.get('expected_rows') -%}
    {%- set names = rows[0].keys() | list -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected_fixture_sql(rows, names), names) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{%- endmaterialization %}

{% macro expected_fixture_sql(rows, names) -%}
    {%- for row in rows -%}
        select
        {%- for name in names %} {{ fixture_value(row.get(name), name) }} as {{ name }}{{ ',' if not loop.last }}{% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

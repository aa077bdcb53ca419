{#-
  A table of the lake, written without temporary tables: every statement is a commit on the run's branch.
  - `rewrites: changed_ranges` (needs the columns that `vars: changed_time` names): deletes the changed ranges, then inserts
    their rows. Two commits, never visible separately: the branch is merged as a whole or not at all. Nothing is
    deleted where the table had no row in the ranges when the run began.
  - `rewrites: everything`, no changed range, a first run or --full-refresh: one CREATE OR REPLACE.
  Running it again leaves the same rows. Columns and types are those of the model's contract: a table that
  is missing one gets it first, and one whose columns otherwise differ fails the run (contract_columns.sql).
-#}
{% materialization lake_table, adapter='trino', supported_languages=['sql'] -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set by_range = config.get('rewrites', 'everything') == 'changed_ranges' and changed_ranges() | length > 0 -%}
    {%- set fresh = existing_relation is none or should_full_refresh() -%}

    {{ run_hooks(pre_hooks) }}
    {%- if by_range and not fresh -%}
        {%- do add_missing_columns(target_relation) -%}
        {%- if has_changed_rows(target_relation) -%}
            {%- call statement('forget_range') -%}
                delete from {{ target_relation }} where {{ in_changed_range() }}
            {%- endcall -%}
        {%- endif -%}
        {%- call statement('main') -%}
            insert into {{ target_relation }} ({{ contract_names() | join(', ') }})
            {{ contract_select(compiled_code) }}
        {%- endcall -%}
    {%- else -%}
        {%- if fresh -%}{%- do get_assert_columns_equivalent(compiled_code) -%}{%- endif -%}
        {%- call statement('main') -%}
            create or replace table {{ target_relation }}
            {{ properties() }}
            as {{ contract_select(compiled_code) }}
        {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{% macro contract_names() -%}
    {{ return(model.columns.values() | map(attribute='name') | list) }}
{%- endmacro %}

{#- The model's rows with exactly the columns, order and types of its contract. -#}
{% macro contract_select(sql) -%}
    select
    {%- for column in model.columns.values() %}
        cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from (
        {{ sql }}
    )
{%- endmacro %}

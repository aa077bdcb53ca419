{#-
  Brings an existing table to the columns of the model's contract before rows are inserted. A new column is
  added on the run's branch and reaches main by the run's merge. Rows outside the changed ranges have null
  there until they are built again. Any other change would lose or reinterpret rows that this run does not
  write: an error.
-#}
{% macro add_missing_columns(relation) -%}
    {%- set name = relation.schema ~ '.' ~ relation.identifier -%}
    {%- set changes = column_changes(name, contract_types(), table_types(relation)) -%}
    {%- if changes.forbidden -%}
        {{ exceptions.raise_compiler_error(
            changes.forbidden | join('; ') ~ ". Keep the column as it was and declare a new one beside it, or "
            ~ "build the whole table again: npx currents run " ~ model.fqn[1] ~ " --gold-only"
        ) }}
    {%- endif -%}
    {%- for name, type in changes.added.items() -%}
        {%- call statement('add_' ~ name) -%}
            alter table {{ relation }} add column {{ name }} {{ type }}
        {%- endcall -%}
    {%- endfor -%}
{%- endmacro %}

{#- {added: {column: type}, forbidden: [sentence]} between a contract's and a table's {column: type}. -#}
{% macro column_changes(table, expected, found) -%}
    {%- set added = {} -%}
    {%- set forbidden = [] -%}
    {%- for name, type in expected.items() -%}
        {%- if name not in found -%}
            {%- do added.update({name: type}) -%}
        {%- elif stored_type(found[name]) != stored_type(type) -%}
            {%- do forbidden.append(column_sentence(table, name, type, found[name])) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name, type in found.items() if name not in expected -%}
        {%- do forbidden.append(column_sentence(table, name, 'no such column by the contract', type)) -%}
    {%- endfor -%}
    {{ return({'added': added, 'forbidden': forbidden}) }}
{%- endmacro %}

{% macro column_sentence(table, name, expected, found) -%}
    {{ return(table ~ ' column ' ~ name ~ ': expected ' ~ expected ~ ', found ' ~ found) }}
{%- endmacro %}

{#- A type as Iceberg keeps it, without blanks: it knows one precision of time and no length of text. -#}
{% macro stored_type(type) -%}
    {%- set plain = modules.re.sub('\\s', '', type | lower) -%}
    {%- set timed = modules.re.sub('timestamp(\\(\\d+\\))?', 'timestamp(6)', plain) -%}
    {%- set text = modules.re.sub('varchar\\(\\d+\\)', 'varchar', timed) -%}
    {{ return(modules.re.sub('\\bint\\b', 'integer', text)) }}
{%- endmacro %}

{% macro contract_types() -%}
    {%- set types = {} -%}
    {%- for column in model.columns.values() -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}

{#- {column: type} of an existing table. -#}
{% macro table_types(relation) -%}
    {{ return(facts_by_table(relation).get(relation.identifier | lower, {}).get('types', {})) }}
{%- endmacro %}

{#- False only where the table had no row in the changed ranges when the run began. -#}
{% macro has_changed_rows(relation) -%}
    {{ return(facts_by_table(relation).get(relation.identifier | lower, {}).get('rows', 1) != 0) }}
{%- endmacro %}

{#-
  {table: {types: {column: type}, rows: number in the changed ranges}} of all tables in the relation's schema that are
  rewritten by range, in one query a run: each query costs a plan. It is kept in `graph`, the one object that all
  models of a run share; of two models that need it first at once, both ask. A model changes only its own table, after
  it has looked. Not adapter.get_columns_in_relation: its columns lose `with time zone` behind a precision.
-#}
{% macro facts_by_table(relation) -%}
    {%- set kept = 'facts of ' ~ relation.database ~ '.' ~ relation.schema -%}
    {%- if kept not in graph -%}
        {%- do graph.update({kept: queried_facts(relation)}) -%}
    {%- endif -%}
    {{ return(graph[kept]) }}
{%- endmacro %}

{#- Rows are counted by file statistics alone where no file of the days has the ranges: most runs bring new ones. -#}
{% macro queried_facts(relation) -%}
    {%- set tables = tables_by_range(relation) -%}
    {%- set counts = [] -%}
    {%- for table in tables -%}
        {%- do counts.append(
            " union all select '" ~ table.identifier | lower ~ "', null, cast(count(*) as varchar) from " ~ table
            ~ " where " ~ in_changed_range()
        ) -%}
    {%- endfor -%}
    {%- set rows = run_query(
        "select table_name, column_name, data_type from " ~ relation.information_schema() ~ ".columns"
        ~ " where table_schema = '" ~ (relation.schema | lower) ~ "'"
        ~ " and table_name in ('" ~ tables | map(attribute='identifier') | map('lower') | join("', '") ~ "')"
        ~ counts | join('')
    ) -%}
    {%- set facts = {} -%}
    {%- for table, column, text in rows -%}
        {%- set of_table = facts.setdefault(table | lower, {'types': {}}) -%}
        {%- if column is none -%}
            {%- do of_table.update({'rows': text | int}) -%}
        {%- else -%}
            {%- do of_table.types.update({column | lower: text}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(facts) }}
{%- endmacro %}

{#- Those of the schema that are there; the relation itself, which is asked for, comes first. -#}
{% macro tables_by_range(relation) -%}
    {%- set tables = [relation] -%}
    {%- for node in graph.nodes.values() if node.schema == relation.schema and node.config.get('rewrites') == 'changed_ranges' -%}
        {%- set table = load_cached_relation(api.Relation.create(
            database=relation.database, schema=node.schema, identifier=node.alias or node.name
        )) -%}
        {%- if table is not none and table.identifier != relation.identifier -%}
            {%- do tables.append(table) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

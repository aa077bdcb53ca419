{#-
  What the catalog has, as the process that starts dbt knows it from the lake's own catalog: `schema.table`,
  comma-separated, in DBT_KNOWN_TABLES. Each of the two questions it answers is a statement that plans as long as
  others. Not set, or another catalog: Trino is asked.
-#}
{% macro known_tables(database) -%}
    {%- set text = env_var('DBT_KNOWN_TABLES', 'not known') -%}
    {%- if text == 'not known' or (database | replace('"', '')) != target.database -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set tables = [] -%}
    {%- for name in text.split(',') if name | trim -%}
        {%- do tables.append(name.strip().split('.')) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- A schema without tables is not among them, and is then created where it is not there. -#}
{% macro trino__list_schemas(database) -%}
    {%- set known = known_tables(database) -%}
    {%- if known is not none -%}
        {%- set schemas = [] -%}
        {%- for table in known -%}
            {%- do schemas.append([table[0]]) -%}
        {%- endfor -%}
        {{ return(schemas) }}
    {%- endif -%}
    {%- call statement('list_schemas', fetch_result=True, auto_begin=False) -%}
        select schema_name
        from {{ information_schema_name(database) }}.schemata
    {%- endcall -%}
    {{ return(load_result('list_schemas').table) }}
{%- endmacro %}

{#- The adapter's version joins a system table of materialized views, of which the lake has none. -#}
{% macro trino__list_relations_without_caching(relation) -%}
    {%- set known = known_tables(relation.database) -%}
    {%- if known is not none -%}
        {%- set tables = [] -%}
        {%- for schema, name in known if schema == relation.schema | lower -%}
            {%- do tables.append([relation.database, name, schema, 'table']) -%}
        {%- endfor -%}
        {{ return(tables) }}
    {%- endif -%}
    {% call statement('list_relations_without_caching', fetch_result=True) -%}
        select
            table_catalog as database,
            table_name as name,
            table_schema as schema,
            'table' as table_type
        from {{ relation.information_schema() }}.tables
        where table_schema = '{{ relation.schema | lower }}'
    {%- endcall %}
    {{ return(load_result('list_relations_without_caching').table) }}
{%- endmacro %}

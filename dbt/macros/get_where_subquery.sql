{#-
  `where: __changed_range__` on a test limits it to the rows of the run, so that tests do not grow with
  the table. dbt renders `where` before macros exist, hence the placeholder.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if where == '__changed_range__' -%}
        {%- set where = in_changed_range() -%}
    {%- endif -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') as dbt_subquery' if where else relation) }}
{%- endmacro %}

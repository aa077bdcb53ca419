{#- Whether a table is there when a model is built; while the project is parsed, nothing is known. -#}
{% macro is_in_lake(relation) -%}
    {{ return(not execute or load_relation(relation) is not none) }}
{%- endmacro %}

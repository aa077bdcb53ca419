{#- Schemas carry the same exact names on every branch; the branch is in the catalog. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

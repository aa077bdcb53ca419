{#- First words of every statement: `currents_run=<pipeline>/<run id> node=<unique id>`. -#}
{% macro currents_query_comment(node) -%}
    currents_run={{ env_var('DBT_ENV_CUSTOM_ENV_RUN_KEY', 'none') }} node={{ node.unique_id if node else 'connection' }}
{%- endmacro %}

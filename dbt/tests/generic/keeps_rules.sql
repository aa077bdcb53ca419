{#-
  All checks of one table in one statement, since each one costs a plan: a unique and complete key, columns without
  nulls, percentages from 0 to 100, and rules that hold for each row (a rule that is null has nothing to say and holds).
  A failing row comes back with its key and the names of the rules it breaks.
  `sums_of` compares with the rows that the table is summed from (the macros `broken_sums_of_<kind>`), and `covers` with
  a table whose keys in the changed ranges must all be here.
-#}
{% test keeps_rules(model, key, not_null=[], percentages=[], rules={}, sums_of=none, covers=none) %}

with

rows_in_scope as (

    select *, count(*) over (partition by {{ key | join(', ') }}) as rows_of_key
    from {{ model }}

),

judged as (

    select
        {{ key | join(', ') }},
        filter(
            array[
                case when rows_of_key > 1 then 'key is unique' end
                {%- for column in key + not_null %},
                case when {{ column }} is null then '{{ column }} is not null' end
                {%- endfor %}
                {%- for column in percentages %},
                case when not ({{ column }} between 0e0 and 1e2 + 1e-9) then '{{ column }} is 0 to 100' end
                {%- endfor %}
                {%- for name, rule in rules.items() %},
                case when not ({{ rule }}) then '{{ name | replace("'", "''") }}' end
                {%- endfor %}
            ],
            rule -> rule is not null
        ) as broken_rules
    from rows_in_scope

)

select * from judged
where cardinality(broken_rules) > 0
{%- if sums_of %}

union all

select
    {{ key | join(', ') }},
    broken_rules
from (
    {%- if sums_of.kind == 'units' %}
    {{ broken_sums_of_units(model, sums_of) }}
    {%- elif sums_of.kind == 'regions' %}
    {{ broken_sums_of_regions(model, sums_of) }}
    {%- else %}
    {{ broken_sums_of_devices(model, sums_of) }}
    {%- endif %}
)
{%- endif %}
{%- if covers %}

union all

select
    {{ key | join(', ') }},
    array['{{ covers.rule }}'] as broken_rules
from (
    select {{ key | join(', ') }} from {{ covers.table }}
    where {{ in_changed_range() }}
    except
    select {{ key | join(', ') }} from {{ model }}
)
{%- endif %}

{% endtest %}

{#-
  All checks of one table in one scan: a unique and complete key, columns without nulls, percentages
  from 0 to 100, and rules that hold for each row (a rule that is null has nothing to say and holds).
  A failing row comes back with its key and the names of the rules it breaks.
-#}
{% test keeps_rules(model, key, not_null=[], percentages=[], rules={}) %}

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

{% endtest %}

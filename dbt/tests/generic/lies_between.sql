{#-
  A mean, and a share of sums, lies between the smallest and the largest of what it stands for, whatever the weights
  are: each of `columns` is compared with the column of that name in the rows of `parts` with the same `by`.
-#}
{% test lies_between(model, parts, by, columns) %}

with

wholes as (

    select * from {{ model }}

),

ranges as (

    select
        {{ by }},
        {%- for column in columns %}
        min({{ column }}) as least_{{ column }},
        max({{ column }}) as greatest_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ parts }}
    where {{ in_changed_range(with_rooftop=true) }}
    group by {{ by }}

)

{%- for column in columns %}
select
    wholes.{{ by }},
    '{{ column }}' as column_name,
    wholes.{{ column }} as found,
    ranges.least_{{ column }} as least,
    ranges.greatest_{{ column }} as greatest
from wholes
left join ranges
    on wholes.{{ by }} = ranges.{{ by }}
where wholes.{{ column }} is not null
    and not coalesce(
        wholes.{{ column }} between ranges.least_{{ column }} - 1e-6 and ranges.greatest_{{ column }} + 1e-6, false
    )
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}

{#- Ranges with a margin: disjoint again, in order, and as they were where there is none. -#}
{%- set ranges = [
    [utc_time('2026-11-24T12:00:00Z'), utc_time('2026-11-24T13:00:00Z')],
    [utc_time('2026-11-24T09:00:00Z'), utc_time('2026-11-24T10:00:00Z')],
    [utc_time('2026-11-25T00:00:00Z'), utc_time('2026-11-25T01:00:00Z')],
] -%}
{%- set cases = [
    [widened(ranges, 60), ['24 08:00/24 14:00', '24 23:00/25 02:00']],
    [widened(ranges[:1], 60), ['24 11:00/24 14:00']],
    [widened(ranges[:1], 0), ['24 12:00/24 13:00']],
    [widened([], 60), []],
] -%}

select
    expected,
    found
from (
    values
    {%- for found, expected in cases %}
    {%- set texts = [] %}
    {%- for from, to in found %}
    {%- do texts.append(from.strftime('%d %H:%M') ~ '/' ~ to.strftime('%d %H:%M')) %}
    {%- endfor %}
    (
        '{{ expected | join(', ') }}',
        '{{ texts | join(', ') }}'
    ){{ ',' if not loop.last }}
    {%- endfor %}
) as cases (expected, found)
where expected <> found

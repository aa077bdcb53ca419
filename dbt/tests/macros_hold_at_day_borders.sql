{#- The trading day runs (04:00, 04:00 next day] and a half hour (00:00, 00:30]: both at their borders. -#}
{%- set trading_dates = {
    '2025-12-27T00:05:00': '2025-12-26',
    '2025-12-27T04:00:00': '2025-12-26',
    '2025-12-27T04:05:00': '2025-12-27',
    '2026-01-01T00:00:00': '2025-12-31',
} -%}
{%- set half_hours = {
    '2025-12-27 00:00:00': '2025-12-27 00:00:00',
    '2025-12-27 00:05:00': '2025-12-27 00:30:00',
    '2025-12-27 00:30:00': '2025-12-27 00:30:00',
    '2025-12-27 00:35:00': '2025-12-27 01:00:00',
    '2025-12-31 23:35:00': '2026-01-01 00:00:00',
} -%}

select
    expected,
    found
from (
    values
    {%- for interval_end, expected in trading_dates.items() %}
    ('{{ expected }}', '{{ nem_trading_date(nem_time(interval_end)) }}'),
    {%- endfor %}
    {%- for interval_end, expected in half_hours.items() %}
    (
        '{{ expected }}',
        date_format({{ half_hour_end("timestamp '" ~ interval_end ~ "'") }}, '%Y-%m-%d %H:%i:%s')
    ){{ ',' if not loop.last }}
    {%- endfor %}
) as cases (expected, found)
where expected <> found

-- Each device against its own rhythm in each hour: its median interval says how many rows lie between its first and
-- its last one. Late rows come alone into their hour and say nothing about its rhythm.
SELECT
    device_id, hour_at, count(*) AS found_rows,
    date_diff('millisecond', min(event_at), max(event_at)) / nullif(approx_percentile(gap_ms, 0.5), 0) + 1 AS expected_rows
FROM (
    SELECT
        device_id, event_at, date_trunc('hour', event_at) AS hour_at,
        date_diff(
            'millisecond',
            lag(event_at) OVER (PARTITION BY device_id, date_trunc('hour', event_at) ORDER BY event_at),
            event_at
        ) AS gap_ms
    FROM :table
    WHERE :touched AND delay_s BETWEEN -5 AND 300
) AS readings
GROUP BY device_id, hour_at
HAVING
    count(*) >= 20
    AND count(*)
    < 0.8 * (date_diff('millisecond', min(event_at), max(event_at)) / nullif(approx_percentile(gap_ms, 0.5), 0) + 1)

-- Counted again from the two tables, not from the run's own account: each key of bronze is in silver with all of its
-- records, and no other.
SELECT event_at, device_id, sequence, sum(in_bronze) AS records_in_bronze, sum(in_silver) AS records_in_silver
FROM (
    SELECT event_at, trim(device_id) AS device_id, sequence, 1 AS in_bronze, 0 AS in_silver
    FROM :catalog.iot.bronze_telemetry
    WHERE :touched
    UNION ALL
    SELECT event_at, device_id, sequence, 0, records FROM :table WHERE :touched
) AS both_tables
GROUP BY event_at, device_id, sequence
HAVING sum(in_bronze) <> sum(in_silver)

-- Each hour of a device has as many samples and records as silver has rows and records. The touched ranges are whole
-- hours, so they hold for the time of an event as well, by which files of silver are left out.
SELECT device_id, hour_start_at, sum(silver_rows) AS silver_rows, sum(samples) AS samples
FROM (
    SELECT device_id, hour_start_at, 0 AS silver_rows, 0 AS silver_records, samples, records
    FROM :table
    WHERE :touched
    UNION ALL
    SELECT device_id, date_trunc('hour', hour_start_at), 1, records, 0, 0
    FROM (
        SELECT device_id, event_date, records, event_at AS hour_start_at
        FROM :catalog.iot.silver_telemetry
    ) AS silver
    WHERE :touched
) AS both_tables
GROUP BY device_id, hour_start_at
HAVING sum(silver_rows) <> sum(samples) OR sum(silver_records) <> sum(records)

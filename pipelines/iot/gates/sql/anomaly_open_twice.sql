-- A detector watches one anomaly of a metric at a time: the earlier one must have been ended.
SELECT device_id, metric, detector, count(*) AS open_count
FROM :table
WHERE is_open AND device_id IN (SELECT device_id FROM :table WHERE run_id = :run_id)
GROUP BY device_id, metric, detector
HAVING count(*) > 1

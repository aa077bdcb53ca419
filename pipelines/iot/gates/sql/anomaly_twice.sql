SELECT anomaly_id, count(*) AS row_count
FROM :table
WHERE anomaly_id IN (SELECT anomaly_id FROM :table WHERE run_id = :run_id)
GROUP BY anomaly_id
HAVING count(*) > 1

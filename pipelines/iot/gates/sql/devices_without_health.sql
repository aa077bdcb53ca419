SELECT DISTINCT silver.device_id
FROM :catalog.iot.silver_telemetry AS silver
LEFT JOIN :table AS health ON silver.device_id = health.device_id
WHERE silver.run_id = :run_id AND health.device_id IS NULL

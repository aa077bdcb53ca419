SELECT event_at, device_id, sequence, power_w, power_factor
FROM :table
WHERE :touched AND (power_w IS NULL) <> (power_factor IS NULL)

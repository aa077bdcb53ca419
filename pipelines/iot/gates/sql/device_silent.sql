-- Told by this run: once at the limit of the device's own rhythm, and again each time that it lasted twice as long.
SELECT device_id, device_type, building_id, start_at AS last_heard_at, reason
FROM :table
WHERE run_id = :run_id AND kind = 'silent' AND is_open

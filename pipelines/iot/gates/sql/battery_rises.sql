SELECT event_at, device_id, sequence, battery_percent
FROM :table
WHERE :touched AND contains(quality_flags, 'battery_rises')

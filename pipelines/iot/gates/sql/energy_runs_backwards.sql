-- Compared within the touched hours, in the order of the device's clock.
SELECT device_id, event_at, sequence, energy_kwh, previous_kwh
FROM (
    SELECT
        device_id, event_at, sequence, energy_kwh,
        lag(energy_kwh) OVER (PARTITION BY device_id ORDER BY event_at, sequence) AS previous_kwh
    FROM :table
    WHERE :touched AND energy_kwh IS NOT NULL
) AS readings
WHERE energy_kwh < previous_kwh

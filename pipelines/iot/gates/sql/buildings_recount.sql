SELECT building_id, hour_start_at, sum(building_kwh) AS building_kwh, sum(device_kwh) AS device_kwh
FROM (
    SELECT building_id, hour_start_at, devices, 0 AS device_hours, energy_kwh AS building_kwh, 0e0 AS device_kwh
    FROM :table
    WHERE :touched
    UNION ALL
    SELECT building_id, hour_start_at, 0, 1, 0e0, energy_kwh
    FROM :catalog.iot_gold.hourly_sensor_aggregates
    WHERE power_samples > 0 AND :touched
) AS both_tables
GROUP BY building_id, hour_start_at
HAVING
    sum(devices) <> sum(device_hours)
    OR abs(coalesce(sum(building_kwh), 0e0) - coalesce(sum(device_kwh), 0e0)) > 1e-6

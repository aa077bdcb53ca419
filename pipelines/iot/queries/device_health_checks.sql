-- title: Device health checks
-- answers: Which devices need attention, why, and what should be done? The worst ones first.
-- columns: device_id, device_type, building_id, health_score (0 to 100), condition, silent_minutes,
--   suspicious_percent, battery_percent, signal_dbm, anomalies, worst_reason, maintenance_advice
select
    device_id,
    device_type,
    building_id,
    round(health_score, 1) as health_score,
    condition,
    round(silent_for_s / 6e1, 1) as silent_minutes,
    round(suspicious_percent, 1) as suspicious_percent,
    battery_percent,
    round(signal_dbm, 1) as signal_dbm,
    anomalies,
    worst_reason,
    maintenance_advice
from iot_gold.device_health_summary
order by health_score, device_id

-- title: Anomaly summary
-- answers: What kinds of anomalies did the seven days to the newest one have, by device type?
-- columns: device_type, kind, anomalies, devices, open_anomalies, high, medium, low,
--   newest_start_at (UTC), worst_reason
select
    device_type,
    kind,
    count(*) as anomalies,
    count(distinct device_id) as devices,
    count_if(is_open) as open_anomalies,
    count_if(severity = 'high') as high,
    count_if(severity = 'medium') as medium,
    count_if(severity = 'low') as low,
    max(start_at) as newest_start_at,
    max_by(device_id || ': ' || reason, score) as worst_reason
from iot.anomalies
where start_at > (select max(start_at) - interval '7' day from iot.anomalies)
group by device_type, kind
order by anomalies desc, device_type asc, kind asc

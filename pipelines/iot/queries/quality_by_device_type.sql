-- title: Quality by device type
-- answers: How many rows of each device type are late, sent more than once or otherwise suspicious?
-- columns: device_type, row_count, late_rows, repeated_records, suspicious_rows, suspicious_percent
select
    device_type,
    count(*) as row_count,
    count_if(contains(quality_flags, 'late')) as late_rows,
    sum(records) - count(*) as repeated_records,
    count_if(cardinality(quality_flags) > 0) as suspicious_rows,
    round(1e2 * count_if(cardinality(quality_flags) > 0) / count(*), 1) as suspicious_percent
from iot.silver_telemetry
group by device_type
order by device_type

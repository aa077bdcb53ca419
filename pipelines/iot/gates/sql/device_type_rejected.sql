-- A type that loses this much has changed as a whole; one bad device has not. Payloads that are no JSON name no type.
SELECT device_type, sum(kept) AS kept, sum(rejected) AS rejected
FROM (
    SELECT device_type, 1 AS kept, 0 AS rejected
    FROM :table
    WHERE :touched AND run_id = :run_id
    UNION ALL
    SELECT json_extract_scalar(payload, '$.device_type'), 0, 1
    FROM :catalog.iot_ops.dead_letters
    WHERE pipeline = :pipeline AND run_id = :run_id
) AS records
WHERE device_type IS NOT NULL
GROUP BY device_type
HAVING sum(rejected) > 0.2 * (sum(kept) + sum(rejected)) AND sum(kept) + sum(rejected) >= 500

-- Counted again from the two tables, not from the run's own account: each key of bronze is in silver, and no other.
SELECT trading_interval, unit_id, if(max(in_silver) = 0, 'only in bronze', 'only in silver') AS found
FROM (
    SELECT trading_interval, trim(unit_id) AS unit_id, 1 AS in_bronze, 0 AS in_silver
    FROM :catalog.nem.bronze_dispatch
    WHERE :touched
    UNION ALL
    SELECT trading_interval, unit_id, 0, 1 FROM :table WHERE :touched
) AS both_tables
GROUP BY trading_interval, unit_id
HAVING max(in_bronze) <> max(in_silver) OR unit_id IS NULL

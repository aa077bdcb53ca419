-- Counted again from the two tables, not from the run's own account: each key of bronze is in silver, and no other.
SELECT coalesce(bronze.trading_interval, silver.trading_interval) AS trading_interval,
    coalesce(bronze.unit_id, silver.unit_id) AS unit_id,
    if(silver.unit_id IS NULL, 'only in bronze', 'only in silver') AS found
FROM (
    SELECT DISTINCT trading_interval, trim(unit_id) AS unit_id
    FROM :catalog.nem.bronze_dispatch
    WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to
) AS bronze
FULL OUTER JOIN (
    SELECT trading_interval, unit_id
    FROM :table
    WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to
) AS silver
    ON bronze.trading_interval = silver.trading_interval AND bronze.unit_id = silver.unit_id
WHERE bronze.unit_id IS NULL OR silver.unit_id IS NULL

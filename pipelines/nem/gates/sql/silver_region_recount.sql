-- A region and interval is in silver when a price of the pricing run or a regional solution arrived, and only then.
SELECT coalesce(bronze.trading_interval, silver.trading_interval) AS trading_interval,
    coalesce(bronze.region_id, silver.region_id) AS region_id,
    if(silver.region_id IS NULL, 'only in bronze', 'only in silver') AS found
FROM (
    SELECT trading_interval, trim(region_id) AS region_id FROM :catalog.nem.bronze_region WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to
    UNION
    SELECT trading_interval, trim(region_id) FROM :catalog.nem.bronze_price WHERE intervention = 0 AND trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to
) AS bronze
FULL OUTER JOIN (
    SELECT trading_interval, region_id
    FROM :table
    WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to
) AS silver
    ON bronze.trading_interval = silver.trading_interval AND bronze.region_id = silver.region_id
WHERE bronze.region_id IS NULL OR silver.region_id IS NULL

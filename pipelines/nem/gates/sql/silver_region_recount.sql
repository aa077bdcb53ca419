-- A region and interval is in silver when a price of the pricing run or a regional solution arrived, and only then.
SELECT trading_interval, region_id, if(max(in_silver) = 0, 'only in bronze', 'only in silver') AS found
FROM (
    SELECT trading_interval, trim(region_id) AS region_id, 1 AS in_bronze, 0 AS in_silver
    FROM :catalog.nem.bronze_region
    WHERE :touched
    UNION ALL
    SELECT trading_interval, trim(region_id), 1, 0
    FROM :catalog.nem.bronze_price
    WHERE intervention = 0 AND :touched
    UNION ALL
    SELECT trading_interval, region_id, 0, 1 FROM :table WHERE :touched
) AS three_tables
GROUP BY trading_interval, region_id
HAVING max(in_bronze) <> max(in_silver) OR region_id IS NULL

-- Which regions there are is reference data with dates (SNOWY1 ended in 2008), never a fixed list or number. Rows of
-- a region that is not known then are kept and named.
SELECT seen.region_id, min(seen.trading_interval) AS first_interval, max(seen.trading_interval) AS last_interval,
    count(*) AS intervals
FROM (
    SELECT trading_interval, region_id
    FROM :table
    WHERE :touched
) AS seen
LEFT JOIN :catalog.nem.region_metadata AS region
    ON seen.region_id = region.region_id
    AND seen.trading_interval - INTERVAL '5' MINUTE >= coalesce(region.valid_from, TIMESTAMP '1900-01-01')
    AND seen.trading_interval - INTERVAL '5' MINUTE < coalesce(region.valid_to, TIMESTAMP '2999-12-31')
WHERE region.region_id IS NULL
GROUP BY seen.region_id

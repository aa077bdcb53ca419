-- A new interconnector counts from its first row on; its ends are null in gold until the reference data has them.
SELECT seen.interconnector_id, min(seen.trading_interval) AS first_interval,
    max(seen.trading_interval) AS last_interval, count(*) AS intervals
FROM (
    SELECT trading_interval, interconnector_id
    FROM :table
    WHERE :touched
) AS seen
LEFT JOIN :catalog.nem.interconnector_metadata AS link
    ON seen.interconnector_id = link.interconnector_id
    AND seen.trading_interval - INTERVAL '5' MINUTE >= link.valid_from
    AND seen.trading_interval - INTERVAL '5' MINUTE < link.valid_to
    AND link.region_from IS NOT NULL AND link.region_to IS NOT NULL
WHERE link.interconnector_id IS NULL
GROUP BY seen.interconnector_id

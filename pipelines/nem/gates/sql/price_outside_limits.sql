-- The market sets its cap every July, so a price beyond a limit we know may be a true one: it is told with the
-- limit and its source, and stops nothing. Where no limit is known for the interval, the newest ones known when
-- this was written stand in.
SELECT price.trading_interval, price.region_id, price.price_aud_per_mwh,
    if(price.price_aud_per_mwh > 0, 'price_cap_aud_per_mwh', 'price_floor_aud_per_mwh') AS limit_name,
    if(price.price_aud_per_mwh > 0, coalesce(price_cap.value, 23200e0), coalesce(price_floor.value, -1000e0)) AS limit_value,
    if(price.price_aud_per_mwh > 0, price_cap.valid_from, price_floor.valid_from) AS limit_valid_from,
    coalesce(
        if(price.price_aud_per_mwh > 0, price_cap.source, price_floor.source),
        'no limit known for this interval; the cap of 2026-07-01 and the floor of 2008 stand in'
    ) AS limit_source
FROM (
    SELECT trading_interval, region_id, price_aud_per_mwh
    FROM :table
    WHERE :touched
) AS price
LEFT JOIN :catalog.nem.market_limits AS price_cap
    ON price_cap.name = 'price_cap_aud_per_mwh'
    AND price.trading_interval - INTERVAL '5' MINUTE >= price_cap.valid_from
    AND price.trading_interval - INTERVAL '5' MINUTE < price_cap.valid_to
LEFT JOIN :catalog.nem.market_limits AS price_floor
    ON price_floor.name = 'price_floor_aud_per_mwh'
    AND price.trading_interval - INTERVAL '5' MINUTE >= price_floor.valid_from
    AND price.trading_interval - INTERVAL '5' MINUTE < price_floor.valid_to
WHERE price.price_aud_per_mwh > coalesce(price_cap.value, 23200e0)
    OR price.price_aud_per_mwh < coalesce(price_floor.value, -1000e0)

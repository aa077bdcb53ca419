SELECT coalesce(silver.trading_interval, gold.trading_interval) AS trading_interval,
    coalesce(silver.unit_id, gold.unit_id) AS unit_id, silver.power_mw AS silver_mw, gold.power_mw AS gold_mw
FROM (SELECT trading_interval, unit_id, power_mw FROM :catalog.nem.silver_dispatch_clean WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to) AS silver
FULL OUTER JOIN (SELECT trading_interval, unit_id, power_mw FROM :table WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to) AS gold
    ON silver.trading_interval = gold.trading_interval AND silver.unit_id = gold.unit_id
WHERE silver.power_mw IS DISTINCT FROM gold.power_mw

-- The key is unique in both tables: expectations of their own suites hold that.
SELECT trading_interval, unit_id, max(silver_mw) AS silver_mw, max(gold_mw) AS gold_mw
FROM (
    SELECT trading_interval, unit_id, power_mw AS silver_mw, CAST(NULL AS double) AS gold_mw
    FROM :catalog.nem.silver_dispatch_clean
    WHERE :touched
    UNION ALL
    SELECT trading_interval, unit_id, NULL, power_mw FROM :table WHERE :touched
) AS both_tables
GROUP BY trading_interval, unit_id
HAVING max(silver_mw) IS DISTINCT FROM max(gold_mw)

SELECT anomaly_id, severity, score, start_at, event_date
FROM :table
WHERE
    run_id = :run_id
    AND (
        severity <> CASE WHEN score >= 0.7 THEN 'high' WHEN score >= 0.6 THEN 'medium' ELSE 'low' END
        OR event_date <> CAST(start_at AT TIME ZONE 'UTC' AS date)
    )

-- Registered capacity is nominal and often out of date, so only a gross excess is worth a look.
SELECT trading_interval, unit_id, station_name, fuel_type, power_mw, capacity_mw, source_file, source_line
FROM :table
WHERE :touched AND capacity_mw > 0
    AND abs(power_mw) > 1.5 * capacity_mw + 20

-- A thermal unit that stands still draws its auxiliaries: at most some 8 % of capacity, and for small units a few MW
-- (RPCG, 24 MW: -1 MW; SWAN_E, 385 MW: -0.6 MW on 2025-12-27 00:05, AEMO DISPATCHSCADA). Twice as much is not house load.
SELECT trading_interval, unit_id, station_name, fuel_type, power_mw, capacity_mw, source_file, source_line
FROM :table
WHERE :touched AND fuel_type IN ('coal', 'gas', 'liquid', 'biomass')
    AND power_mw < -(0.16 * capacity_mw + 5)

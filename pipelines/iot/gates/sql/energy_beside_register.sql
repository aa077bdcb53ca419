-- Where a tenth of the hour and a kilowatt hour are known, so that the digits of a register do not count.
SELECT hour_start_at, device_id, energy_kwh, register_energy_kwh
FROM :table
WHERE :touched AND covered_s > 360 AND register_energy_kwh > 1
    AND abs(energy_kwh - fed_back_kwh - register_energy_kwh) > 1e-1 * register_energy_kwh

SELECT *
FROM :table
WHERE trading_date BETWEEN date(:from) - INTERVAL '1' DAY AND date(:to) AND trading_interval BETWEEN :from AND :to
    AND abs(generation_mw - (
        coal_mw + gas_mw + hydro_mw + wind_mw + solar_mw + battery_mw + biomass_mw + liquid_mw + other_mw
    )) > 1e-3

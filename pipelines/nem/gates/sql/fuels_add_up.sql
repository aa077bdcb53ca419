SELECT *
FROM :table
WHERE :touched AND abs(generation_mw - (
        coal_mw + gas_mw + hydro_mw + wind_mw + solar_mw + battery_mw + biomass_mw + liquid_mw + other_mw
    )) > 1e-3

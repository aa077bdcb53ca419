-- title: Generation mix now
-- answers: Which fuels generate in the whole market in the newest measured interval?
-- columns: trading_interval (NEM time, interval end), fuel_type, generation_mw (MW), percent (0 to 100 of
--   registered generation)
with newest as (
    select *
    from nem_gold.market_interval
    where generation_mw is not null
    order by trading_interval desc
    limit 1
)

select
    newest.trading_interval,
    fuels.fuel_type,
    fuels.fuel_mw as generation_mw,
    1e2 * fuels.fuel_mw / nullif(newest.generation_mw, 0e0) as percent
from newest
cross join
    unnest(
        array['coal', 'gas', 'hydro', 'wind', 'solar', 'battery', 'biomass', 'liquid', 'other'],
        array[coal_mw, gas_mw, hydro_mw, wind_mw, solar_mw, battery_mw, biomass_mw, liquid_mw, other_mw]
    ) as fuels (fuel_type, fuel_mw)
order by generation_mw desc

-- title: Coal percent trend
-- answers: How does coal's part of the market's generation develop over the last 30 trading days of the
--   lake?
-- columns: trading_date, coal_percent (percent of registered energy), renewables_percent (percent),
--   generation_gwh (GWh), intervals (288 in a complete day)
select
    trading_date,
    1e2 * sum(coal_mw) / nullif(sum(generation_mw), 0e0) as coal_percent,
    1e2
    * sum(hydro_mw + wind_mw + solar_mw + biomass_mw)
    / nullif(sum(generation_mw), 0e0) as renewables_percent,
    sum(generation_mw) * 5e0 / 60e0 / 1e3 as generation_gwh,
    count(generation_mw) as intervals
from nem_gold.market_interval
where trading_date > (select max(trading_date) - interval '30' day from nem_gold.market_interval)
group by trading_date
order by trading_date

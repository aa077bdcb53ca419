-- title: Solar share by region today
-- answers: How much of each region's generation was solar on the newest trading day, without and with
--   rooftop PV?
-- columns: trading_date, region_id, solar_share (percent of registered energy), peak_solar_share (percent,
--   highest interval), solar_share_with_rooftop (percent, over intervals whose rooftop PV has arrived),
--   intervals
with newest as (
    select max(trading_date) as trading_date
    from nem_gold.region_interval
    where generation_mw is not null
)

select
    trading_date,
    region_id,
    1e2 * sum(solar_mw) / nullif(sum(generation_mw), 0e0) as solar_share,
    max(solar_share) as peak_solar_share,
    1e2 * sum(solar_mw + greatest(rooftop_solar_mw, 0e0))
    / nullif(sum(generation_mw + greatest(rooftop_solar_mw, 0e0)), 0e0) as solar_share_with_rooftop,
    count(generation_mw) as intervals
from nem_gold.region_interval
where trading_date = (select trading_date from newest)
group by trading_date, region_id
order by region_id

-- title: Latest prices by region
-- answers: What does a megawatt hour cost right now in each region, and what is demand there?
-- columns: region_id, trading_interval (NEM time, interval end), price_aud_per_mwh (AUD/MWh), demand_mw
--   (MW), net_interchange_mw (MW, positive exports; a dispatch target for the interval's end)
with newest as (
    select max(trading_interval) as trading_interval
    from nem_gold.region_interval
    where price_aud_per_mwh is not null
)

select
    region_id,
    trading_interval,
    price_aud_per_mwh,
    demand_mw,
    net_interchange_mw
from nem_gold.region_interval
where trading_interval = (select trading_interval from newest)
order by region_id

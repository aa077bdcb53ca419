-- title: Price spikes
-- answers: When did a region's price leave the usual range (above 300 or below -100 AUD/MWh) in the last 30
--   trading days?
-- columns: trading_interval (NEM time, interval end), region_id, price_aud_per_mwh (AUD/MWh), demand_mw
--   (MW), renewables_share (percent), kind
select
    trading_interval,
    region_id,
    price_aud_per_mwh,
    demand_mw,
    renewables_share,
    case when price_aud_per_mwh > 300e0 then 'high' else 'negative' end as kind
from nem_gold.region_interval
where
    trading_date > (select max(trading_date) - interval '30' day from nem_gold.region_interval)
    and (price_aud_per_mwh > 300e0 or price_aud_per_mwh < -100e0)
order by abs(price_aud_per_mwh) desc

-- title: Price forecast
-- answers: What will energy cost in each region in the coming hour, by the newest forecast?
-- columns: region_id, trading_interval (NEM time, interval end), price_aud_per_mwh (AUD/MWh), demand_mw
--   (MW), forecast_at_nem (NEM time of the forecast's run)
with newest as (
    select max(forecast_at_nem) as forecast_at_nem
    from nem.silver_price_forecast
)

select
    region_id,
    trading_interval,
    price_aud_per_mwh,
    demand_mw,
    forecast_at_nem
from nem.silver_price_forecast
where forecast_at_nem = (select forecast_at_nem from newest)
order by region_id, trading_interval

-- title: Rooftop forecast
-- answers: How much rooftop solar will there be in the coming days in each region, by the newest forecast?
-- columns: region_id, trading_interval (NEM time, interval end), power_poe50_mw (MW, as likely more as
--   less), power_poe90_mw (MW, nearly always exceeded), power_poe10_mw (MW, seldom exceeded)
with newest as (
    select max(forecast_at_nem) as forecast_at_nem
    from nem.silver_rooftop_forecast
)

select
    region_id,
    trading_interval,
    power_poe50_mw,
    power_poe90_mw,
    power_poe10_mw
from nem.silver_rooftop_forecast
where forecast_at_nem = (select forecast_at_nem from newest)
order by region_id, trading_interval

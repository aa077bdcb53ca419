-- title: Price adjustments
-- answers: Where does the price that energy is settled at differ from the price of the dispatch run, in the
--   last 30 trading days?
-- columns: trading_interval (NEM time, interval end), region_id, dispatch_price_aud_per_mwh (AUD/MWh),
--   trading_price_aud_per_mwh (AUD/MWh), original_price_aud_per_mwh (AUD/MWh), invalid_flag
select
    trading.trading_interval,
    trading.region_id,
    dispatch.price_aud_per_mwh as dispatch_price_aud_per_mwh,
    trading.price_aud_per_mwh as trading_price_aud_per_mwh,
    trading.original_price_aud_per_mwh,
    trading.invalid_flag
from nem.silver_trading_price_clean as trading
inner join nem.silver_region_clean as dispatch
    on
    trading.trading_date = dispatch.trading_date
    and trading.trading_interval = dispatch.trading_interval
    and trading.region_id = dispatch.region_id
where
    trading.trading_date > (select max(trading_date) - interval '30' day from nem.silver_trading_price_clean)
    and abs(trading.price_aud_per_mwh - dispatch.price_aud_per_mwh) >= 1e-2
order by trading.trading_interval, trading.region_id

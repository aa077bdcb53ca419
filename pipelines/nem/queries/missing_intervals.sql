-- title: Missing intervals
-- answers: Which five-minute intervals between the first and the newest of the last 7 trading days have no
--   measurement or no price?
-- columns: trading_interval (NEM time, interval end), has_generation, has_price (every region's price)
with recent as (
    select *
    from nem_gold.market_interval
    where trading_date > (select max(trading_date) - interval '7' day from nem_gold.market_interval)
),

expected as (
    select expected_interval
    from (
        select
            min(trading_interval) as oldest,
            max(trading_interval) as newest
        from recent
    ) as ends
    cross join unnest(sequence(oldest, newest, interval '5' minute)) as intervals (expected_interval)
)

select
    expected.expected_interval as trading_interval,
    recent.generation_mw is not null as has_generation,
    recent.price_aud_per_mwh is not null as has_price
from expected
left join recent
    on expected.expected_interval = recent.trading_interval
where
    recent.generation_mw is null
    or recent.price_aud_per_mwh is null
order by trading_interval

-- title: Freshness by table
-- answers: How old is the newest interval of each table?
-- columns: table_name, newest_interval_end_at (UTC), age_minutes (minutes)
with newest as (
    select
        'nem.silver_dispatch_clean' as table_name,
        max(interval_end_at) as newest_interval_end_at
    from nem.silver_dispatch_clean
    union all
    select
        'nem.silver_region_clean',
        max(interval_end_at)
    from nem.silver_region_clean
    union all
    select
        'nem.silver_interconnector_clean',
        max(interval_end_at)
    from nem.silver_interconnector_clean
    union all
    select
        'nem.silver_rooftop_clean',
        max(interval_end_at)
    from nem.silver_rooftop_clean
    union all
    select
        'nem.silver_trading_price_clean',
        max(interval_end_at)
    from nem.silver_trading_price_clean
    union all
    select
        'nem_gold.fact_dispatch',
        max(interval_end_at)
    from nem_gold.fact_dispatch
    union all
    select
        'nem_gold.region_interval',
        max(interval_end_at)
    from nem_gold.region_interval
    union all
    select
        'nem_gold.market_interval',
        max(interval_end_at)
    from nem_gold.market_interval
    union all
    select
        'nem_gold.interconnector_interval',
        max(interval_end_at)
    from nem_gold.interconnector_interval
)

select
    table_name,
    newest_interval_end_at,
    date_diff('second', newest_interval_end_at, current_timestamp) / 6e1 as age_minutes
from newest
order by table_name

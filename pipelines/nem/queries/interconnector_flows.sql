-- title: Interconnector flows
-- answers: How much power flows between the regions in the newest interval, and how near is each link to
--   its limit?
-- columns: trading_interval (NEM time, interval end), interconnector_id, from_region_id, to_region_id,
--   metered_flow_mw (MW, negative runs backwards), limit_percent (percent of the limit in the flow's
--   direction; null where that limit lets nothing through), losses_mw (MW)
select
    trading_interval,
    interconnector_id,
    from_region_id,
    to_region_id,
    metered_flow_mw,
    1e2 * abs(metered_flow_mw) / case
        when metered_flow_mw >= 0e0 and export_limit_mw > 0e0 then export_limit_mw
        when metered_flow_mw < 0e0 and import_limit_mw < 0e0 then -import_limit_mw
    end as limit_percent,
    losses_mw
from nem_gold.interconnector_interval
where trading_interval = (select max(trading_interval) from nem_gold.interconnector_interval)
order by interconnector_id

-- title: Top units
-- answers: Which 20 units generated the most energy on the newest trading day?
-- columns: unit_id, station_name, region_id, fuel_type, generation_mwh (MWh), peak_mw (MW), emissions_t
--   (tonnes CO2-e, null where no factor is known), intervals
select
    unit_id,
    max_by(station_name, trading_interval) as station_name,
    max_by(region_id, trading_interval) as region_id,
    max_by(fuel_type, trading_interval) as fuel_type,
    sum(generation_mw) * 5e0 / 60e0 as generation_mwh,
    max(power_mw) as peak_mw,
    sum(emissions_t) as emissions_t,
    count(*) as intervals
from nem_gold.fact_dispatch
where
    trading_date = (select max(trading_date) from nem_gold.fact_dispatch)
    and not is_load
group by unit_id
order by generation_mwh desc
limit 20

-- title: Curtailed units
-- answers: Which 50 wind and solar units were held below what they could have made, on the newest trading day
--   with targets, and by how much?
-- columns: unit_id, capped_intervals, possible_mwh (MWh), target_mwh (MWh), curtailed_mwh (MWh)
with newest as (
    select max(trading_date) as trading_date
    from nem.silver_unit_solution_clean
)

select
    unit_id,
    count(*) as capped_intervals,
    sum(uigf_mw) / 12 as possible_mwh,
    sum(target_mw) / 12 as target_mwh,
    sum(greatest(uigf_mw - target_mw, 0e0)) / 12 as curtailed_mwh
from nem.silver_unit_solution_clean
where
    trading_date = (select trading_date from newest)
    and semi_dispatch_cap = 1
    and uigf_mw is not null
group by unit_id
order by curtailed_mwh desc
limit 50

-- title: Energy trends
-- answers: How much energy does each building take a day, at what cost, and how does it change?
-- columns: building_id, event_date (UTC), energy_kwh, change_percent, mean_7_days_kwh, peak_load_kw,
--   load_factor, power_factor, cost_eur, covered_percent
with days as (
    select
        building_id,
        event_date,
        sum(energy_kwh) as energy_kwh,
        max(peak_load_kw) as peak_load_kw,
        avg(mean_load_kw) as mean_load_kw,
        sum(power_factor * energy_kwh)
        / nullif(sum(case when power_factor is not null then energy_kwh end), 0e0) as power_factor,
        sum(cost_eur) as cost_eur,
        avg(covered_percent) as covered_percent
    from iot_gold.building_energy_dashboard
    group by building_id, event_date
),

compared as (
    select
        *,
        lag(energy_kwh) over (partition by building_id order by event_date) as previous_kwh
    from days
)

select
    building_id,
    event_date,
    round(energy_kwh, 3) as energy_kwh,
    round(1e2 * (energy_kwh / nullif(previous_kwh, 0e0) - 1e0), 1) as change_percent,
    round(
        avg(energy_kwh) over (
            partition by building_id
            order by event_date
            range between interval '6' day preceding and current row
        ),
        3
    ) as mean_7_days_kwh,
    round(peak_load_kw, 3) as peak_load_kw,
    round(mean_load_kw / nullif(peak_load_kw, 0e0), 3) as load_factor,
    round(power_factor, 3) as power_factor,
    round(cost_eur, 2) as cost_eur,
    round(covered_percent, 1) as covered_percent
from compared
order by building_id, event_date

/** What the lake has, table by table; `records` where rows stand for several records of Kafka. */
export const LAYERS = `
select 'iot.bronze_telemetry' as "table", count(*) as "rows", count(*) as records from iot.bronze_telemetry
union all select 'iot.silver_telemetry', count(*), sum(records) from iot.silver_telemetry
union all select 'iot_gold.hourly_sensor_aggregates', count(*), sum(records) from iot_gold.hourly_sensor_aggregates
union all select 'iot_gold.building_energy_dashboard', count(*), null from iot_gold.building_energy_dashboard
union all select 'iot_gold.device_health_summary', count(*), null from iot_gold.device_health_summary
order by 1`;

export const DEAD_LETTERS =
  'select reason, count(*) as "rows" from iot_ops.dead_letters group by reason order by reason';

export const HAS_ANOMALIES = `
select count(*) as tables from information_schema.tables
where table_schema = 'iot' and table_name = 'anomalies'`;

export const ANOMALIES = `
select device_id, array_join(array_sort(array_agg(distinct kind)), ', ') as kinds, count(*) as anomalies
from iot.anomalies group by device_id`;

export const CONDITIONS = `
select condition, count(*) as devices, round(min(health_score), 1) as lowest_score
from iot_gold.device_health_summary group by condition order by lowest_score desc`;

/** The first advice up to its colon: a line of 80 columns holds no more. */
export const HEALTH = `
select device_id, cast(round(health_score) as integer) as score,
  split_part(split_part(maintenance_advice, ';', 1), ':', 1) as first_advice
from iot_gold.device_health_summary order by health_score, device_id limit 8`;

export const ENERGY = `
select building_id, round(sum(energy_kwh), 3) as kwh, round(sum(cost_eur), 2) as cost_eur,
  round(max(peak_load_kw), 1) as peak_kw, round(avg(load_factor), 3) as load_factor,
  round(avg(power_factor), 3) as power_factor
from iot_gold.building_energy_dashboard
where energy_kwh is not null group by building_id order by building_id`;

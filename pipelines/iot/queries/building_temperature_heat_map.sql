-- title: Building temperature heat map
-- answers: How warm was each zone of each floor, hour by hour, over the 24 hours to the newest one?
-- columns: building_id, floor_number, zone_name, hour_start_at (UTC), mean_temperature_c,
--   max_temperature_c, sensors
select
    building_id,
    floor_number,
    zone_name,
    hour_start_at,
    round(sum(mean_temperature_c * samples) / sum(samples), 2) as mean_temperature_c,
    max(max_temperature_c) as max_temperature_c,
    count(*) as sensors
from iot_gold.hourly_sensor_aggregates
where
    device_type = 'environment_sensor'
    and mean_temperature_c is not null
    and hour_start_at > (
        select max(hour_start_at) - interval '24' hour from iot_gold.hourly_sensor_aggregates
    )
group by building_id, floor_number, zone_name, hour_start_at
order by building_id, floor_number, zone_name, hour_start_at

-- title: Latest temperatures
-- answers: What is the newest reading of each device?
-- columns: device_id, event_at (UTC), temperature_c (degrees Celsius)
with placed as (
    select
        device_id,
        event_at,
        temperature_c,
        row_number() over (partition by device_id order by event_at desc) as place
    from toy.silver_events
)

select
    device_id,
    event_at,
    temperature_c
from placed
where place = 1
order by device_id

-- The newest reading of each device.
select device_id, event_at, temperature_c
from (
    select device_id, event_at, temperature_c,
        row_number() over (partition by device_id order by event_at desc) as place
    from toy.silver_events
)
where place = 1
order by device_id

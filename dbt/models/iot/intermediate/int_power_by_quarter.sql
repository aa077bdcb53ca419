{#-
  The hours of the changed ranges, and an hour of samples on either side: a step may begin in the hour before, and
  whether it is a gap depends on the usual steps of the hours of both its samples.
#}
with

samples as (

    select
        device_id,
        event_at,
        sequence,
        date_trunc('hour', event_at) as hour_start_at,
        power_w,
        nullif(power_factor, 0e0) as power_factor,
        register_kwh
    from {{ ref('stg_iot__telemetry') }}
    where power_w is not null and {{ in_changed_range('event_at', around_minutes=60) }}

),

stepped as (

    select
        *,
        lag(event_at) over (partition by device_id order by event_at, sequence) as previous_at,
        lag(hour_start_at) over (partition by device_id order by event_at, sequence) as previous_hour_at,
        lag(power_w) over (partition by device_id order by event_at, sequence) as previous_w,
        lag(power_factor) over (partition by device_id order by event_at, sequence) as previous_factor,
        lag(register_kwh) over (partition by device_id order by event_at, sequence) as previous_register_kwh
    from samples

),

timed as (

    select
        *,
        to_unixtime(previous_at) as from_s,
        to_unixtime(event_at) as to_s,
        date_diff('millisecond', previous_at, event_at) / 1e3 as step_s
    from stepped

),

{#- The usual step is the median of an hour's own steps; a repeated time is no step. #}

paced as (

    select
        *,
        approx_percentile(
            case when hour_start_at = previous_hour_at and step_s > 0e0 then step_s end, 5e-1
        ) over (partition by device_id, hour_start_at) as usual_step_s
    from timed

),

judged as (

    select
        *,
        lag(usual_step_s) over (partition by device_id order by event_at, sequence) as previous_usual_step_s
    from paced

),

{#- The smaller one of both hours: a device that falls silent is often alone in the hour of its return. #}

steps as (

    select
        *,
        cast(floor(from_s / 9e2) as bigint) as first_quarter,
        cast(ceiling(to_s / 9e2) as bigint) - 1 as last_quarter
    from judged
    where
        step_s > 0e0
        and step_s <= least(
            {{ longest_step_s() }},
            coalesce(
                {{ gap_steps() }} * least(
                    coalesce(usual_step_s, previous_usual_step_s),
                    coalesce(previous_usual_step_s, usual_step_s)
                ),
                {{ longest_step_s() }}
            )
        )

),

pieces as (

    select
        *,
        least(to_s, (quarter_number + 1) * 9e2) - greatest(from_s, quarter_number * 9e2) as piece_s,
        ((least(to_s, (quarter_number + 1) * 9e2) + greatest(from_s, quarter_number * 9e2)) / 2e0 - from_s)
        / (to_s - from_s) as middle
    from steps
    cross join unnest(sequence(first_quarter, last_quarter)) as quarters (quarter_number)

),

measured as (

    select
        device_id,
        quarter_number,
        piece_s,
        {{ piece_kwh('greatest(previous_w, 0e0)', 'greatest(power_w, 0e0)') }} as energy_kwh,
        {{ piece_kwh('greatest(-previous_w, 0e0)', 'greatest(-power_w, 0e0)') }} as fed_back_kwh,
        {{ piece_kwh('previous_w', 'power_w') }} as net_kwh,
        {{ piece_kwh(
            reactive_var('previous_w', 'previous_factor'),
            reactive_var('power_w', 'power_factor')
        ) }} as reactive_kvarh,
        case
            when register_kwh >= previous_register_kwh
                then (register_kwh - previous_register_kwh) * piece_s / (to_s - from_s)
        end as register_energy_kwh
    from pieces

),

summed as (

    select
        device_id,
        quarter_number,
        sum(energy_kwh) as energy_kwh,
        sum(fed_back_kwh) as fed_back_kwh,
        sum(register_energy_kwh) as register_energy_kwh,
        sum(case when reactive_kvarh is not null then abs(net_kwh) end) as factored_energy_kwh,
        sum(reactive_kvarh) as reactive_energy_kvarh,
        sum(piece_s) as covered_s
    from measured
    group by device_id, quarter_number

),

placed as (

    select
        device_id,
        date_trunc('hour', from_unixtime(quarter_number * 9e2)) as hour_start_at,
        date(from_unixtime(quarter_number * 9e2)) as event_date,
        quarter_number % 4 + 1 as quarter,
        energy_kwh,
        fed_back_kwh,
        register_energy_kwh,
        factored_energy_kwh,
        reactive_energy_kvarh,
        covered_s
    from summed

)

select * from placed
where {{ in_changed_range() }}

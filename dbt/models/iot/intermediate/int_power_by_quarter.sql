{#-
  The hours of the changed ranges, and an hour of samples on either side: a step may begin in the hour before, and
  whether it is a gap depends on the usual steps of the hours of both its samples.
#}
with

samples as (

    select
        device_id,
        date_trunc('minute', event_at) as minute_at,
        to_unixtime(event_at) as at_s,
        sequence,
        power_w,
        nullif(power_factor, 0e0) as power_factor,
        register_kwh
    from {{ ref('stg_iot__telemetry') }}
    where power_w is not null and {{ in_changed_range('event_at', around_minutes=60) }}

),

{#-
  One point a minute: the rows that are sorted below are so bounded by devices and minutes, whatever the rate, and a
  query may have 700 MB only.
#}

points as (

    select
        device_id,
        minute_at,
        date_trunc('hour', minute_at) as hour_start_at,
        avg(at_s) as at_s,
        avg(sequence) as mean_sequence,
        cast(count(*) as double) as samples,
        avg(greatest(power_w, 0e0)) as taken_w,
        avg(greatest(-power_w, 0e0)) as fed_back_w,
        avg(case when power_factor is not null then abs(power_w) end) as factored_w,
        avg({{ reactive_var('power_w', 'power_factor') }}) as reactive_var,
        avg(register_kwh) as register_kwh
    from samples
    group by device_id, minute_at

),

stepped as (

    select
        *,
        lag(at_s) over (partition by device_id order by minute_at) as previous_at_s,
        lag(hour_start_at) over (partition by device_id order by minute_at) as previous_hour_at,
        lag(mean_sequence) over (partition by device_id order by minute_at) as previous_sequence,
        lag(samples) over (partition by device_id order by minute_at) as previous_samples,
        lag(taken_w) over (partition by device_id order by minute_at) as previous_taken_w,
        lag(fed_back_w) over (partition by device_id order by minute_at) as previous_fed_back_w,
        lag(factored_w) over (partition by device_id order by minute_at) as previous_factored_w,
        lag(reactive_var) over (partition by device_id order by minute_at) as previous_reactive_var,
        lag(register_kwh) over (partition by device_id order by minute_at) as previous_register_kwh
    from points

),

timed as (

    select
        *,
        at_s - previous_at_s as step_s
    from stepped

),

{#- The usual step is the median of an hour's own steps. #}

paced as (

    select
        *,
        approx_percentile(
            case when hour_start_at = previous_hour_at then step_s end, 5e-1
        ) over (partition by device_id, hour_start_at) as usual_step_s
    from timed

),

judged as (

    select
        *,
        lag(usual_step_s) over (partition by device_id order by minute_at) as previous_usual_step_s
    from paced

),

{#-
  The smaller one of both hours: a device that falls silent is often alone in the hour of its return. Numbers that are
  missing between two points show a gap where a few late samples stand alone in an hour.
#}

steps as (

    select
        *,
        cast(floor(previous_at_s / 9e2) as bigint) as first_quarter,
        cast(ceiling(at_s / 9e2) as bigint) - 1 as last_quarter
    from judged
    where
        step_s <= least(
            {{ longest_step_s() }},
            coalesce(
                {{ gap_steps() }} * least(
                    coalesce(usual_step_s, previous_usual_step_s),
                    coalesce(previous_usual_step_s, usual_step_s)
                ),
                {{ longest_step_s() }}
            )
        )
        and abs(mean_sequence - previous_sequence) <= {{ gap_steps() }} * greatest(samples, previous_samples)

),

pieces as (

    select
        *,
        greatest(previous_at_s, quarter_number * 9e2) as from_s,
        least(at_s, (quarter_number + 1) * 9e2) as to_s
    from steps
    cross join unnest(sequence(first_quarter, last_quarter)) as quarters (quarter_number)

),

lines as (

    select
        *,
        to_s - from_s as piece_s,
        ((from_s + to_s) / 2e0 - previous_at_s) / step_s as middle
    from pieces

),

measured as (

    select
        device_id,
        quarter_number,
        piece_s,
        {{ piece_kwh('previous_taken_w', 'taken_w') }} as energy_kwh,
        {{ piece_kwh('previous_fed_back_w', 'fed_back_w') }} as fed_back_kwh,
        {{ piece_kwh('previous_factored_w', 'factored_w') }} as factored_kwh,
        {{ piece_kwh('previous_reactive_var', 'reactive_var') }} as reactive_kvarh,
        case
            when register_kwh >= previous_register_kwh
                then (register_kwh - previous_register_kwh) * piece_s / step_s
        end as register_energy_kwh
    from lines

),

summed as (

    select
        device_id,
        quarter_number,
        sum(energy_kwh) as energy_kwh,
        sum(fed_back_kwh) as fed_back_kwh,
        sum(register_energy_kwh) as register_energy_kwh,
        sum(factored_kwh) as factored_energy_kwh,
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

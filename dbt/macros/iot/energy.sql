{#-
  Constants of the energy method, as SQL doubles.
-#}
{% macro gap_steps() -%}
    cast({{ var('energy_gap_steps') }} as double)
{%- endmacro %}

{% macro longest_step_s() -%}
    cast({{ var('energy_longest_step_s') }} as double)
{%- endmacro %}

{#- Reactive power of a sample: null where the power factor says nothing about it. -#}
{% macro reactive_var(power_w, power_factor) -%}
    abs({{ power_w }}) * sqrt(greatest(1e0 / ({{ power_factor }} * {{ power_factor }}) - 1e0, 0e0))
{%- endmacro %}

{#-
  kWh of a piece of a step between two samples, by a straight line from one value to the next: its mean over the
  piece, `middle` being where the piece's middle lies in the step (0 to 1), times its length.
-#}
{% macro piece_kwh(first, last) -%}
    ({{ first }} + ({{ last }} - {{ first }}) * middle) * piece_s / 3.6e6
{%- endmacro %}

{#- Power factor of a sum: active over apparent energy, taken as vectors; null where either is not known. -#}
{% macro factor_of(active_kwh, reactive_kvarh) -%}
    {{ active_kwh }} / nullif(sqrt({{ active_kwh }} * {{ active_kwh }} + {{ reactive_kvarh }} * {{ reactive_kvarh }}), 0e0)
{%- endmacro %}

{#- Whether the peak price holds in an hour: working hours of working days, UTC. -#}
{% macro is_peak_hour(hour_start_at) -%}
    (
        day_of_week({{ hour_start_at }}) <= 5
        and hour({{ hour_start_at }}) >= {{ var('tariff_peak_from_hour') }}
        and hour({{ hour_start_at }}) < {{ var('tariff_peak_to_hour') }}
    )
{%- endmacro %}

{% macro tariff_eur_per_kwh(is_peak) -%}
    case
        when {{ is_peak }} then cast({{ var('tariff_peak_eur_per_kwh') }} as double)
        else cast({{ var('tariff_off_peak_eur_per_kwh') }} as double)
    end
{%- endmacro %}

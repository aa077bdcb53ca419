{#- Fuel types whose positive MW count as generation; `load` and `unknown` do not. -#}
{% macro generation_fuels() -%}
    {{ return(['coal', 'gas', 'hydro', 'wind', 'solar', 'battery', 'biomass', 'liquid', 'other']) }}
{%- endmacro %}

{% macro renewable_fuels() -%}
    {{ return(['hydro', 'wind', 'solar', 'biomass']) }}
{%- endmacro %}

{#- Percent (0 to 100) of `whole`; null where there is no positive whole to be a share of. -#}
{% macro percent(part, whole) -%}
    1e2 * ({{ part }}) / case when ({{ whole }}) > 0e0 then ({{ whole }}) end
{%- endmacro %}

{#-
  Mean of `value` weighted by `weight`, over a group. It lies between the smallest and the largest value whatever the
  weights are: a negative one counts as none (regional demand falls below zero at midday), and where none is
  positive all count alike.
-#}
{% macro weighted_mean(value, weight) -%}
    coalesce(
        sum({{ value }} * greatest({{ weight }}, 0e0)) / nullif(sum(greatest({{ weight }}, 0e0)), 0e0),
        avg({{ value }})
    )
{%- endmacro %}

{#- MW that a unit's battery draws: its load id gives them in either sign, any other id as negative MW. -#}
{% macro battery_draw_mw() -%}
    case
        when fuel_type <> 'battery' then 0e0
        when is_load then abs(power_mw)
        else greatest(-power_mw, 0e0)
    end
{%- endmacro %}

{#- MW that a load other than a battery draws; sources disagree on the sign. -#}
{% macro load_draw_mw() -%}
    case when is_load and fuel_type <> 'battery' then abs(power_mw) else 0e0 end
{%- endmacro %}

{#- Rooftop PV as a part of a whole: an estimate below zero is no part. -#}
{% macro rooftop_part_mw(rooftop='rooftop_solar_mw') -%}
    greatest({{ rooftop }}, 0e0)
{%- endmacro %}

{#- End of the half hour (00:00, 00:30] that holds the interval ending at `interval_end`. -#}
{% macro half_hour_end(interval_end) -%}
    date_trunc('hour', {{ interval_end }} - interval '1' second)
    + case
        when minute({{ interval_end }} - interval '1' second) < 30 then interval '30' minute
        else interval '60' minute
    end
{%- endmacro %}

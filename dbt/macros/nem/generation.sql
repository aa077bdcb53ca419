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

{#- End of the half hour (00:00, 00:30] that holds the interval ending at `interval_end`. -#}
{% macro half_hour_end(interval_end) -%}
    date_trunc('hour', {{ interval_end }} - interval '1' second)
    + case
        when minute({{ interval_end }} - interval '1' second) < 30 then interval '30' minute
        else interval '60' minute
    end
{%- endmacro %}

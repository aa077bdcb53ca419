{#- The first day that a device's health is judged by. A day without time of day, so that partitions are left out. -#}
{% macro health_since() -%}
    (current_date - interval '7' day)
{%- endmacro %}

{#-
  Points that a device loses for its silence, by Kafka's clock and its own rhythm; the seconds keep a device that
  sends every second from being called silent by a short pause.
-#}
{% macro silence_penalty(silent_for_s, usual_step_s) -%}
    case
        when {{ silent_for_s }} > 50e0 * {{ usual_step_s }} and {{ silent_for_s }} > 9e2 then 40e0
        when {{ silent_for_s }} > 10e0 * {{ usual_step_s }} and {{ silent_for_s }} > 6e1 then 20e0
        when {{ usual_step_s }} is null and {{ silent_for_s }} > 86400e0 then 40e0
        else 0e0
    end
{%- endmacro %}

{% macro severity_points() -%}
    case severity when 'high' then 20e0 when 'medium' then 10e0 else 4e0 end
{%- endmacro %}

{#- What to do about a kind of anomaly. -#}
{% macro anomaly_advice(kind) -%}
    case {{ kind }}
        when 'stuck' then 'check or replace the sensor: its value does not change'
        when 'spike' then 'check wiring and load: single values are far from usual'
        when 'level_shift' then 'inspect it: its level has changed'
        when 'drift' then 'calibrate the sensor: its values drift'
        when 'vibration_pattern' then 'inspect bearings and mounting: its vibration has changed'
        when 'battery_decline' then 'plan a new battery: its charge falls fast'
        when 'silent' then 'check power supply and connection: it paused'
        else 'inspect it: its values are unusual'
    end
{%- endmacro %}

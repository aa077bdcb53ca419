{#-
  Unit tests without tables: dbt asks the warehouse for the types of a fixture's columns and makes a
  temporary table for the expected ones, which on the lake means commits, and fails for ephemeral models.
  Here the columns are listed (dbt shows a unit test no project graph), and their types follow from
  their names.
-#}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
    {%- set names = fixture_columns(model.name) -%}
    {%- for row in rows if rows -%}
        {%- for name in row if name not in names -%}
            {{ exceptions.raise_compiler_error(model.name ~ " has no column " ~ name) }}
        {%- endfor -%}
        select
        {%- for name in names %} {{ fixture_value(row.get(name), name) }} as {{ name }}{{ ',' if not loop.last }}{% endfor %}
        {{ 'union all' if not loop.last }}
    {% else %}
        select {% for name in names %}{{ fixture_value(none, name) }} as {{ name }}{{ ', ' if not loop.last }}{% endfor %}
        where false
    {%- endfor -%}
{%- endmacro %}

{% macro fixture_value(value, name) -%}
    cast({{ array_text(value) if value is sequence and value is not string else 'null' if value is none else dbt.string_literal(value | string) if value is string else value | string | lower }} as {{ type_named(name) }})
{%- endmacro %}

{% macro array_text(values) -%}
    {{ return('array[' ~ values | join(', ') ~ ']') }}
{%- endmacro %}

{#- The project's naming rules, read as types. -#}
{% macro type_named(name) -%}
    {%- if name in ['trading_date', 'event_date'] -%} date
    {%- elif name.startswith('quarter_') and not name.endswith('_at') -%} array(double)
    {%- elif name.startswith('is_') -%} boolean
    {%- elif name.endswith('_at') -%} timestamp(6) with time zone
    {%- elif name.endswith('_interval') or name in ['half_hour_end', 'valid_from', 'valid_to'] -%} timestamp(6)
    {%- elif name.endswith(('_reporting', 'samples', 'anomalies')) or name in ['records', 'sequence', 'quarter', 'devices'] -%} bigint
    {%- elif name == 'floor_number' -%} integer
    {%- elif name.endswith(('_w', '_kw', '_kwh', '_kvarh', '_s', '_mm_per_s', '_c', '_hpa', '_dbm', '_eur', '_factor', 'score', '_penalty')) -%} double
    {%- elif name.endswith(('_mw', '_mwh', '_t', '_percent', '_share', '_share_with_rooftop')) -%} double
    {%- else -%} varchar
    {%- endif -%}
{%- endmacro %}

{#- dbt's own, less its temporary table. -#}
{% materialization unit, adapter='trino' -%}
    {%- set rows = config.get('expected_rows') -%}
    {%- set names = rows[0].keys() | list -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected_fixture_sql(rows, names), names) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{%- endmaterialization %}

{% macro expected_fixture_sql(rows, names) -%}
    {%- for row in rows -%}
        select
        {%- for name in names %} {{ fixture_value(row.get(name), name) }} as {{ name }}{{ ',' if not loop.last }}{% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#- Columns of every model that unit tests put rows into. -#}
{% macro fixture_columns(name) -%}
    {%- set columns = {
        'stg_iot__telemetry':
            'device_id building_id device_type zone_name floor_number sequence temperature_c humidity_percent pressure_hpa ' ~
            'vibration_mm_per_s power_w power_factor register_kwh battery_percent signal_dbm records is_simulated ' ~
            'is_late is_suspicious event_at event_date ingested_at ',
        'stg_iot__anomalies':
            'anomaly_id device_id building_id device_type metric kind severity anomaly_score is_open reason ' ~
            'start_at end_at event_date ',
        'int_power_by_quarter':
            'device_id hour_start_at event_date quarter energy_kwh fed_back_kwh register_energy_kwh ' ~
            'factored_energy_kwh reactive_energy_kvarh covered_s ',
        'hourly_sensor_aggregates':
            'hour_start_at event_date device_id device_type building_id floor_number zone_name is_simulated samples records ' ~
            'late_samples suspicious_samples first_event_at last_event_at last_ingested_at mean_temperature_c ' ~
            'min_temperature_c max_temperature_c mean_humidity_percent mean_pressure_hpa mean_vibration_mm_per_s ' ~
            'max_vibration_mm_per_s mean_signal_dbm battery_percent power_samples mean_power_w max_power_w ' ~
            'energy_kwh fed_back_kwh register_energy_kwh factored_energy_kwh reactive_energy_kvarh power_factor ' ~
            'covered_s quarter_energy_kwh quarter_covered_s ',
        'stg_nem__unit_intervals':
            'unit_id region_id station_name fuel_type dispatch_type power_mw emissions_factor_t_per_mwh ' ~
            'trading_interval interval_end_at trading_date ingested_at ',
        'int_unit_intervals_classified':
            'unit_id region_id station_name fuel_type dispatch_type power_mw emissions_factor_t_per_mwh ' ~
            'trading_interval interval_end_at trading_date ingested_at is_registered is_load is_generation ' ~
            'generation_mw energy_mwh emissions_t ',
        'stg_nem__region_intervals':
            'region_id price_aud_per_mwh demand_mw available_generation_mw net_interchange_mw trading_interval ' ~
            'interval_end_at trading_date ',
        'stg_nem__rooftop_half_hours':
            'region_id rooftop_solar_mw half_hour_end trading_date ',
        'stg_nem__interconnector_intervals':
            'interconnector_id metered_flow_mw target_flow_mw losses_mw export_limit_mw import_limit_mw ' ~
            'trading_interval interval_end_at trading_date ',
        'stg_nem__interconnectors':
            'interconnector_id from_region_id to_region_id valid_from valid_to ',
        'stg_nem__regions':
            'region_id region_name state valid_from valid_to ',
        'stg_nem__units':
            'unit_id region_id station_name fuel_type fuel_source dispatch_type capacity_mw ' ~
            'emissions_factor_t_per_mwh valid_from valid_to ',
        'fact_dispatch':
            'trading_interval interval_end_at trading_date unit_id fuel_type station_name region_id dispatch_type ' ~
            'power_mw generation_mw energy_mwh emissions_t is_generation is_load is_registered ingested_at ',
        'region_interval':
            'trading_interval interval_end_at trading_date region_id price_aud_per_mwh demand_mw ' ~
            'available_generation_mw net_interchange_mw generation_mw coal_mw gas_mw hydro_mw wind_mw solar_mw ' ~
            'battery_mw biomass_mw liquid_mw other_mw unknown_mw battery_charging_mw load_mw rooftop_solar_mw ' ~
            'solar_share coal_percent renewables_share solar_share_with_rooftop emissions_t units_reporting ',
    } -%}
    {{ return(columns[name].split()) }}
{%- endmacro %}

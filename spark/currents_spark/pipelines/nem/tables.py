"""Silver and reference tables of the NEM, as data; the first job on an empty branch creates them."""

from currents_spark.tables.table_definition import TableDefinition

_SILVER_INTERVAL = (
    ("trading_interval", "timestamp_ntz"),
    ("interval_end_at", "timestamp"),
    ("trading_date", "date"),
)
_SILVER_ORIGIN = (("source_file", "string"), ("ingested_at", "timestamp"), ("run_id", "string"))


def _doubles(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "double") for name in names)


SILVER_DISPATCH = TableDefinition(
    "nem.silver_dispatch_clean",
    (
        *_SILVER_INTERVAL,
        ("unit_id", "string"),
        ("power_mw", "double"),
        ("station_name", "string"),
        ("region_id", "string"),
        ("fuel_type", "string"),
        ("dispatch_type", "string"),
        *_doubles("capacity_mw", "emissions_factor_t_per_mwh"),
        ("source_file", "string"),
        ("ingested_at", "timestamp"),
        ("version_at_nem", "timestamp_ntz"),
        ("header_at_nem", "timestamp_ntz"),
        ("file_id", "string"),
        ("source_sha256", "string"),
        ("source_line", "int"),
        ("run_id", "string"),
    ),
    "trading_date",
)

SILVER_REGION = TableDefinition(
    "nem.silver_region_clean",
    (
        *_SILVER_INTERVAL,
        ("region_id", "string"),
        *_doubles(
            "price_aud_per_mwh",
            "demand_mw",
            "available_generation_mw",
            "dispatchable_generation_mw",
            "semischedule_cleared_mw",
            "net_interchange_mw",
            "solar_uigf_mw",
            "wind_uigf_mw",
        ),
        ("price_status", "string"),
        ("price_intervention", "int"),
        ("demand_intervention", "int"),
        ("price_source_file", "string"),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

SILVER_INTERCONNECTOR = TableDefinition(
    "nem.silver_interconnector_clean",
    (
        *_SILVER_INTERVAL,
        ("interconnector_id", "string"),
        *_doubles("metered_mw_flow", "mw_flow", "mw_losses", "export_limit_mw", "import_limit_mw"),
        ("intervention", "int"),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

SILVER_ROOFTOP = TableDefinition(
    "nem.silver_rooftop_clean",
    (
        *_SILVER_INTERVAL,
        ("region_id", "string"),
        ("power_mw", "double"),
        ("rooftop_type", "string"),
        ("quality_indicator", "double"),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

SILVER_TRADING_PRICE = TableDefinition(
    "nem.silver_trading_price_clean",
    (
        *_SILVER_INTERVAL,
        ("region_id", "string"),
        *_doubles("price_aud_per_mwh", "original_price_aud_per_mwh"),
        ("invalid_flag", "string"),
        ("price_status", "string"),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

SILVER_UNIT_SOLUTION = TableDefinition(
    "nem.silver_unit_solution_clean",
    (
        *_SILVER_INTERVAL,
        ("unit_id", "string"),
        *_doubles("initial_mw", "target_mw", "availability_mw", "uigf_mw", "energy_storage_mwh"),
        ("semi_dispatch_cap", "int"),
        ("intervention", "int"),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

SILVER_PRICE_FORECAST = TableDefinition(
    "nem.silver_price_forecast",
    (
        *_SILVER_INTERVAL,
        ("region_id", "string"),
        ("forecast_at_nem", "timestamp_ntz"),
        *_doubles(
            "price_aud_per_mwh",
            "demand_mw",
            "available_generation_mw",
            "net_interchange_mw",
            "solar_uigf_mw",
            "wind_uigf_mw",
        ),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

SILVER_ROOFTOP_FORECAST = TableDefinition(
    "nem.silver_rooftop_forecast",
    (
        *_SILVER_INTERVAL,
        ("region_id", "string"),
        ("forecast_at_nem", "timestamp_ntz"),
        *_doubles("power_mean_mw", "power_poe50_mw", "power_poe90_mw", "power_poe10_mw"),
        *_SILVER_ORIGIN,
    ),
    "trading_date",
)

UNIT_METADATA = TableDefinition(
    "nem.unit_metadata",
    (
        ("unit_id", "string"),
        ("valid_from", "timestamp_ntz"),
        ("valid_to", "timestamp_ntz"),
        ("station_name", "string"),
        ("region_id", "string"),
        ("fuel_type", "string"),
        ("fuel_source", "string"),
        ("dispatch_type", "string"),
        *_doubles("capacity_mw", "emissions_factor_t_per_mwh"),
        ("source", "string"),
        ("loaded_at", "timestamp"),
        ("run_id", "string"),
    ),
)

REGION_METADATA = TableDefinition(
    "nem.region_metadata",
    (
        ("region_id", "string"),
        ("region_name", "string"),
        ("state", "string"),
        ("run_id", "string"),
        ("loaded_at", "timestamp"),
        ("valid_from", "timestamp_ntz"),
        ("valid_to", "timestamp_ntz"),
        ("source", "string"),
    ),
)

INTERCONNECTOR_METADATA = TableDefinition(
    "nem.interconnector_metadata",
    (
        ("interconnector_id", "string"),
        ("region_from", "string"),
        ("region_to", "string"),
        ("valid_from", "timestamp_ntz"),
        ("valid_to", "timestamp_ntz"),
        ("description", "string"),
        ("source", "string"),
        ("loaded_at", "timestamp"),
        ("run_id", "string"),
    ),
)

MARKET_LIMITS = TableDefinition(
    "nem.market_limits",
    (
        ("name", "string"),
        ("value", "double"),
        ("valid_from", "timestamp_ntz"),
        ("valid_to", "timestamp_ntz"),
        ("source", "string"),
        ("loaded_at", "timestamp"),
        ("run_id", "string"),
    ),
)

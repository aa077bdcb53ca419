"""Reference tables of the NEM, as data; the first job on an empty branch creates them."""

from currents_spark.tables.table_definition import TableDefinition


def _doubles(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "double") for name in names)


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

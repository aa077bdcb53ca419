"""The toy's silver table: of the records of one event the newest by offset."""

from currents_spark.engine.silver_table import SilverPart, SilverTable
from currents_spark.tables.table_definition import TableDefinition

from .events import CLOCK, EVENTS

SILVER_EVENTS = SilverTable(
    TableDefinition(
        "toy.silver_events",
        (
            ("event_at", "timestamp"),
            ("event_date", "date"),
            ("device_id", "string"),
            ("sequence", "bigint"),
            ("temperature_c", "double"),
            ("partition", "int"),
            ("offset", "bigint"),
            ("ingested_at", "timestamp"),
            ("run_id", "string"),
        ),
        "event_date",
    ),
    CLOCK,
    ids=("device_id", "sequence"),
    parts=(
        SilverPart(
            EVENTS,
            {name: name for name in ("temperature_c", "partition", "offset", "ingested_at")},
            present="offset",
        ),
    ),
)

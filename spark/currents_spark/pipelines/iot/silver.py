"""
The silver table of telemetry: one row for each device, event time and sequence, the newest by offset, with
what is suspicious about it.
"""

from currents_spark.engine.silver_table import SilverPart, SilverTable
from currents_spark.pipelines.iot.quality import DELAY_S, FLAGS
from currents_spark.pipelines.iot.telemetry import CLOCK, TELEMETRY
from currents_spark.tables.table_definition import TableDefinition

_IDS = ("device_id", "sequence")
_OF_KAFKA = (("partition", "int"), ("offset", "bigint"), ("ingested_at", "timestamp"))
_MEASURES = tuple((column.name, column.type) for column in TELEMETRY.measures)

SILVER_TELEMETRY = SilverTable(
    TableDefinition(
        "iot.silver_telemetry",
        (
            (CLOCK.column, CLOCK.type),
            (CLOCK.partition, "date"),
            *((column.name, column.type) for column in TELEMETRY.keys),
            *_MEASURES,
            ("records", "bigint"),
            ("delay_s", "bigint"),
            ("quality_flags", "array<string>"),
            *_OF_KAFKA,
            ("run_id", "string"),
        ),
        CLOCK.partition,
    ),
    CLOCK,
    ids=_IDS,
    parts=(
        SilverPart(
            TELEMETRY,
            {name: name for name, _ in (*_MEASURES, *_OF_KAFKA)},
            present="offset",
            counted_in="records",
        ),
    ),
    concluded={"delay_s": DELAY_S, "quality_flags": FLAGS},
    compares=True,
)

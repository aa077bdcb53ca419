"""
Kafka's row messages, version 2: typed values in JSON, and the coordinates of the file in a header.

Messages without that header are of version 1, or no row messages: they are left to text_records, so that the
many are parsed by one typed schema and no run pays for rules that none of its records needs.
"""

from pyspark.sql import DataFrame

from currents_spark.engine.guard import typed_verdict
from currents_spark.engine.message import FILE_HEADER, UTF8_RULE, header
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.row_message import TYPED_VERSION, VERSION_RULE
from currents_spark.engine.shape import DECODED, FILE_COLUMNS, NO_EXTRA, judged, struct_of
from currents_spark.runner.batch_params import Quarantine
from currents_spark.sql_text import literals

_OPTIONS = (
    "map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', 'malformed', 'allowNonNumericNumbers', 'false')"
)
_FILE_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in FILE_COLUMNS if name != "source_line")
_OF_FILE = ("source_file", "header_at", "file_id", "table_version", "ingested_at")
_RULES = (
    UTF8_RULE,
    ("message IS NULL OR message.malformed IS NOT NULL", "'malformed_json'", "'json:row_message'"),
    (
        f"coalesce(message.v, -1) <> {TYPED_VERSION}",
        "'contract_version_unknown'",
        f"'{VERSION_RULE}'",
    ),
)


def row_records(
    records: DataFrame, pipeline: Pipeline, quarantines: tuple[Quarantine, ...] = ()
) -> DataFrame:
    """`records` as shape.decoded; see shape.judged."""
    typed = {feed.topic for feed in pipeline.feeds if feed.message.is_typed}
    is_row = f"{header(FILE_HEADER)} IS NOT NULL AND feed IN ({literals(sorted(typed))})"
    schema = (
        f"v INT, line INT, `values` STRUCT<{struct_of(pipeline)}>, extra MAP<STRING, STRING>, "
        "malformed STRING"
    )
    parsed = records.selectExpr(
        "*",
        f"NOT is_dead AND NOT coalesce({is_row}, false) AS is_other",
        f"CASE WHEN NOT is_dead AND {is_row} THEN from_json(payload, '{schema}', {_OPTIONS}) END AS message",
        f"CASE WHEN NOT is_dead THEN from_json({header(FILE_HEADER)}, '{_FILE_SCHEMA}') END AS file",
    )
    dated = parsed.selectExpr(
        *DECODED,
        "is_other",
        "message",
        "message.`values` AS fields",
        f"message.`values`.{pipeline.clock.column} AS event_time",
        *[f"file.{name}" for name in _OF_FILE],
        "coalesce(file.missing_columns, CAST(array() AS ARRAY<STRING>)) AS missing_columns",
        f"coalesce(file.source_sha256, {header('currents.source-sha256')}) AS source_sha256",
        f"coalesce(message.line, try_cast({header('currents.source-line')} AS INT)) AS source_line",
    )
    return judged(
        dated,
        pipeline,
        quarantines,
        typed_verdict(pipeline, typed, _RULES),
        extra=f"coalesce(message.extra, {NO_EXTRA})",
        is_text="is_other",
    )

"""
Staged Parquet objects of a topic: the values as the contract types them, with the coordinates of file and line
in columns of their own. Read a column at a time where they lie, so nothing of them is held.
"""

from pyspark.sql import DataFrame

from currents_spark.engine.feed import Feed
from currents_spark.engine.guard import typed_verdict
from currents_spark.engine.message import FILE_HEADER
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.row_message import TYPED_VERSION
from currents_spark.engine.shape import FILE_NAMES, NO_EXTRA, judged
from currents_spark.runner.batch_params import Quarantine
from currents_spark.stamps import utc_now

# Beside the contract's columns.
ORIGIN_COLUMNS = (
    ("extra", "STRING"),
    ("report", "STRING"),
    ("table", "STRING"),
    ("table_version", "INT"),
    ("source_file", "STRING"),
    ("source_sha256", "STRING"),
    ("source_line", "INT"),
    ("header_at", "TIMESTAMP_NTZ"),
    ("file_id", "STRING"),
    ("ingested_at", "TIMESTAMP"),
    ("missing_columns", "STRING"),
)
_MISSING = "coalesce(split(missing_columns, ','), CAST(array() AS ARRAY<STRING>))"
_TIMES = (
    "map('timestampNTZFormat', 'yyyy-MM-dd\\'T\\'HH:mm:ss', "
    "'timestampFormat', 'yyyy-MM-dd\\'T\\'HH:mm:ss.SSS\\'Z\\'')"
)
# A rejected row as the message that Kafka would have brought, so that its dead letter can be replayed.
_PAYLOAD = (
    f"to_json(named_struct('v', {TYPED_VERSION}, 'line', source_line, 'values', fields, 'extra', extra), "
    f"{_TIMES})"
)
_OF_FILE = (
    "report",
    "table",
    "table_version",
    "source_file",
    "source_sha256",
    "header_at",
    "file_id",
    "ingested_at",
    "missing_columns",
)
_FILE = f"to_json(struct({', '.join(f'`{name}`' for name in _OF_FILE)}), {_TIMES})"


def staged_columns(pipeline: Pipeline, feed: Feed) -> list[tuple[str, str]]:
    """Name and type of every column that an object of the feed's topic must have."""
    clock = pipeline.clock
    typed = [(column.name, column.type.upper()) for column in feed.typed_columns]
    return [(clock.column, clock.type.upper()), *typed, *ORIGIN_COLUMNS]


def staged_records(
    rows: DataFrame, pipeline: Pipeline, feed: Feed, quarantines: tuple[Quarantine, ...] = ()
) -> DataFrame:
    """`rows` has staged_columns; see shape.judged. No broker saw these records: their offsets are null."""
    own = {pipeline.clock.column, *(column.name for column in feed.typed_columns)}
    fields = (
        f"'{name}', {name if name in own else f'CAST(NULL AS {kind})'}"
        for name, kind in pipeline.field_types.items()
    )
    dated = rows.selectExpr(
        f"'{feed.topic}' AS topic",
        "CAST(NULL AS INT) AS partition",
        "CAST(NULL AS BIGINT) AS offset",
        f"TIMESTAMP '{utc_now()}' AS timestamp",
        f"'{feed.topic}' AS feed",
        "false AS is_dead",
        *[name for name in FILE_NAMES if name != "missing_columns"],
        f"{_MISSING} AS missing_columns",
        "report",
        "`table`",
        f"{pipeline.clock.column} AS event_time",
        f"named_struct({', '.join(fields)}) AS fields",
        "from_json(extra, 'MAP<STRING, STRING>') AS extra",
    )
    return judged(
        dated,
        pipeline,
        quarantines,
        typed_verdict(pipeline, {feed.topic}),
        extra=f"coalesce(extra, {NO_EXTRA})",
        payload=_PAYLOAD,
        headers=f"map('{FILE_HEADER}', {_FILE})",
    )

"""
The one shape of a judged record, whatever it came as: typed values, the file's coordinates, the verdict.

Transforms are SQL text, because each call on a Column is a round trip to the JVM and a run has hundreds of
expressions.
"""

from pyspark.sql import DataFrame

from currents_spark.engine.feed import DLQ_SUFFIX
from currents_spark.engine.message import HEADERS, PAYLOAD
from currents_spark.engine.pipeline import Pipeline
from currents_spark.runner.batch_params import QUARANTINED, Quarantine
from currents_spark.sql_text import literal, literals

# Where a row of a file stands; null for records of streams, the time of ingestion excepted.
FILE_COLUMNS = (
    ("source_file", "STRING"),
    ("source_sha256", "STRING"),
    ("source_line", "INT"),
    ("header_at", "TIMESTAMP_NTZ"),
    ("file_id", "STRING"),
    ("table_version", "INT"),
    ("ingested_at", "TIMESTAMP"),
    ("missing_columns", "ARRAY<STRING>"),
)
FILE_NAMES = tuple(name for name, _ in FILE_COLUMNS)
# Of a judged row, before the verdict is taken apart.
IS_GOOD = "(NOT is_dead AND NOT is_text AND verdict IS NULL)"
NO_EXTRA = "CAST(map() AS MAP<STRING, STRING>)"
_KAFKA = ("topic", "partition", "offset", "timestamp")
DECODED = (*_KAFKA, "payload", "headers", "is_dead", "feed")


def decoded(records: DataFrame) -> DataFrame:
    """Input: topic, partition, offset, timestamp, value (binary), headers (array of key and bytes)."""
    return records.selectExpr("*", "decode(value, 'UTF-8') AS text").selectExpr(
        *_KAFKA,
        f"{PAYLOAD} AS payload",
        f"{HEADERS} AS headers",
        f"endswith(topic, '{DLQ_SUFFIX}') AS is_dead",
        f"replace(topic, '{DLQ_SUFFIX}', '') AS feed",
    )


def struct_of(pipeline: Pipeline) -> str:
    """Type of `fields`: every typed column of the pipeline's feeds."""
    return ", ".join(f"`{name}`: {kind}" for name, kind in pipeline.field_types.items())


def judged(
    rows: DataFrame,
    pipeline: Pipeline,
    quarantines: tuple[Quarantine, ...],
    verdict: str,
    *,
    fields: str = "fields",
    extra: str = "extra",
    payload: str = "payload",
    headers: str = "headers",
    is_text: str = "false",
) -> DataFrame:
    """
    One row per record: coordinates, `feed` (data topic it belongs to), `is_dead` (from a dead-letter topic),
    `is_text` (left unjudged, see text_records), `fields` and `extra`, FILE_COLUMNS, `event_time` and
    `partition_date`, `reason` and `rule` when rejected or in quarantine. `payload` and `headers` are kept
    where a later step wants them. Which records repeat others is added by repeats.with_repeated.

    `rows` has coordinates, FILE_COLUMNS and `event_time`. `fields`, `extra`, `payload` and `headers` say how
    each is made, and `verdict` why a record can't be used: a struct of reason and rule.
    """
    found = rows.selectExpr(
        "*",
        f"{is_text} AS is_text",
        f"{pipeline.clock.date_of('event_time')} AS partition_date",
        f"CASE WHEN NOT is_dead AND NOT ({is_text}) THEN {_verdict(verdict, quarantines)} END AS verdict",
    )
    return found.selectExpr(
        *_KAFKA,
        "feed",
        "is_dead",
        "is_text",
        *FILE_NAMES,
        "event_time",
        "partition_date",
        f"{fields} AS fields",
        f"{extra} AS extra",
        "verdict.reason AS reason",
        "verdict.rule AS rule",
        f"CASE WHEN NOT ({IS_GOOD}) THEN {payload} END AS payload",
        f"CASE WHEN NOT ({IS_GOOD}) THEN {headers} END AS headers",
    )


def _verdict(rules: str, quarantines: tuple[Quarantine, ...]) -> str:
    """An operator's decision comes before a row's own faults."""
    named = [
        f"WHEN {of_quarantine(each)} "
        f"THEN named_struct('reason', '{QUARANTINED}', 'rule', {literal(each.rule)})"
        for each in quarantines
    ]
    return f"CASE {' '.join(named)} ELSE {rules} END" if named else rules


def of_quarantine(quarantine: Quarantine) -> str:
    """Condition on a row: it comes from one of the files, or is one of the records."""
    conditions = [f"source_sha256 IN ({literals(quarantine.checksums)})"] if quarantine.checksums else []
    offsets: dict[tuple[str, int], list[str]] = {}
    for topic, partition, offset in quarantine.records:
        offsets.setdefault((topic, partition), []).append(str(offset))
    conditions += [
        f"topic = {literal(topic)} AND partition = {partition} AND offset IN ({', '.join(found)})"
        for (topic, partition), found in offsets.items()
    ]
    return f"coalesce({' OR '.join(conditions)}, false)"

"""
The batch: every record of the run, parsed and judged once, for all topics in one pass.

Judging works on the map of texts, with the columns to look at taken from the feed, so that all feeds share
one expression; typed columns come later, per table, from rows that are known to convert. Transforms are SQL
text, because each call on a Column is a round trip to the JVM and a run has hundreds of expressions.
"""

from collections.abc import Iterable

from pyspark.sql import DataFrame

from currents_spark.engine.feed import DLQ_SUFFIX, Feed
from currents_spark.engine.message import TEXT_HEADERS, WHOLE_MAX, header
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.verdict import reason_and_rule
from currents_spark.runner.batch_params import QUARANTINED, Quarantine
from currents_spark.sql_text import literal, literals

_COORDINATES = ("topic", "partition", "offset", "timestamp")


def judged_batch(
    records: DataFrame, pipeline: Pipeline, quarantines: tuple[Quarantine, ...] = ()
) -> DataFrame:
    """
    One row per record: coordinates, `message`, `feed` (data topic it belongs to), `is_dead` (from a
    dead-letter topic), `event_time` and `partition_date`, `reason` and `rule` when rejected or in quarantine.
    Which of them repeat others is added by repeats.with_repeated.

    Input: topic, partition, offset, timestamp, value (binary), headers (array of key and bytes).
    """
    decoded = records.selectExpr(
        *_COORDINATES,
        "decode(value, 'UTF-8') AS payload",
        f"{TEXT_HEADERS} AS headers",
        f"endswith(topic, '{DLQ_SUFFIX}') AS is_dead",
        f"replace(topic, '{DLQ_SUFFIX}', '') AS feed",
    )
    message = pipeline.by_format(lambda format: format.parse("payload"))
    parsed = decoded.selectExpr(
        "*",
        f"CASE WHEN NOT is_dead THEN {message} END AS message",
        f"element_at({_columns_by_topic(pipeline)}, feed) AS columns",
    )
    event_time = pipeline.by_format(lambda format: format.time("message.`values`[columns.time]"))
    dated = parsed.selectExpr(
        "*",
        f"{event_time} AS event_time",
        f"coalesce(message.source_sha256, {header('currents.source-sha256')}) AS source_sha256",
        f"coalesce(message.source_line, try_cast({header('currents.source-line')} AS INT)) AS source_line",
    )
    judged = dated.selectExpr(
        "*",
        f"{pipeline.clock.date_of('event_time')} AS partition_date",
        f"CASE WHEN NOT is_dead THEN {_verdict(pipeline, quarantines)} END AS verdict",
    )
    return judged.selectExpr(
        *_COORDINATES,
        "headers",
        "feed",
        "is_dead",
        "message",
        "event_time",
        "partition_date",
        "source_sha256",
        "source_line",
        "verdict.reason AS reason",
        "verdict.rule AS rule",
        "CASE WHEN is_dead OR verdict IS NOT NULL THEN payload END AS payload",
    )


def _verdict(pipeline: Pipeline, quarantines: tuple[Quarantine, ...]) -> str:
    """An operator's decision comes before a row's own faults."""
    named = [
        f"WHEN {of_quarantine(each)} "
        f"THEN named_struct('reason', '{QUARANTINED}', 'rule', {literal(each.rule)})"
        for each in quarantines
    ]
    of_rules = reason_and_rule(pipeline)
    return f"CASE {' '.join(named)} ELSE {of_rules} END" if named else of_rules


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


def _columns_by_topic(pipeline: Pipeline) -> str:
    return "map(" + ", ".join(f"'{feed.topic}', {_columns_of(feed)}" for feed in pipeline.feeds) + ")"


def _columns_of(feed: Feed) -> str:
    keys = (
        f"named_struct('source', '{key.source}', 'reason', '{_empty_key(key.name)}')" for key in feed.keys
    )
    wholes = (
        f"named_struct('source', '{column.source}', 'limit', {WHOLE_MAX[column.type]}L)"
        for column in feed.columns
        if column.type in WHOLE_MAX
    )
    return (
        f"named_struct('time', '{feed.time}', "
        f"'keys', {_structs(keys, 'source: STRING, reason: STRING')}, "
        f"'numbers', {_texts(feed.sources('double', *WHOLE_MAX))}, "
        f"'wholes', {_structs(wholes, 'source: STRING, limit: BIGINT')}, "
        f"'booleans', {_texts(feed.sources('boolean'))}, 'required', {_texts(feed.required)})"
    )


def _empty_key(name: str) -> str:
    return f"empty_{name}" if name.endswith("_id") else f"{name}_missing"


def _structs(items: Iterable[str], shape: str) -> str:
    return f"CAST(array({', '.join(items)}) AS ARRAY<STRUCT<{shape}>>)"


def _texts(names: Iterable[str]) -> str:
    return "CAST(array(" + ", ".join(f"'{name}'" for name in names) + ") AS ARRAY<STRING>)"

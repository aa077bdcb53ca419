"""
Records whose message is a map of texts: streams of JSON, and row messages of version 1. Texts are judged as
received, and typed only where they are known to convert.

Judging works on the map, with the columns to look at taken from the feed, so that all feeds share one
expression.
"""

from collections.abc import Iterable

from pyspark.sql import DataFrame

from currents_spark.engine.feed import Feed, Rule
from currents_spark.engine.guard import empty_key, first_broken
from currents_spark.engine.message import WHOLE_MAX, header
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.shape import DECODED, IS_GOOD, judged
from currents_spark.engine.text_fields import extra_of, fields_of
from currents_spark.engine.verdict import reason_and_rule
from currents_spark.runner.batch_params import Quarantine
from currents_spark.sql_text import literal, literals


def text_records(
    records: DataFrame,
    pipeline: Pipeline,
    quarantines: tuple[Quarantine, ...] = (),
    before: tuple[Rule, ...] = (),
) -> DataFrame:
    """`records` as shape.decoded; see shape.judged. `before`: rules that come before those of the pipeline."""
    message = pipeline.by_format(lambda format: format.parse("payload"))
    parsed = records.selectExpr(
        *DECODED,
        f"CASE WHEN NOT is_dead THEN {message} END AS message",
        f"element_at({_columns_by_topic(pipeline)}, feed) AS columns",
    )
    event_time = pipeline.by_format(lambda format: format.time("message.`values`[columns.time]"))
    header_at = pipeline.by_format(lambda format: format.time("message.header_at"))
    ingested_at = pipeline.by_format(lambda format: format.ingested_at())
    dated = parsed.selectExpr(
        "*",
        "message.source_file AS source_file",
        f"coalesce(message.source_sha256, {header('currents.source-sha256')}) AS source_sha256",
        f"coalesce(message.source_line, try_cast({header('currents.source-line')} AS INT)) AS source_line",
        f"CAST({header_at} AS TIMESTAMP_NTZ) AS header_at",
        "message.file_id AS file_id",
        "message.table_version AS table_version",
        f"CASE WHEN NOT is_dead THEN {ingested_at} END AS ingested_at",
        "coalesce(message.missing_columns, CAST(array() AS ARRAY<STRING>)) AS missing_columns",
        f"{event_time} AS event_time",
    )
    return judged(
        dated,
        pipeline,
        quarantines,
        _verdict(pipeline, before),
        fields=f"CASE WHEN {IS_GOOD} THEN {fields_of(pipeline)} END",
        extra=f"CASE WHEN {IS_GOOD} THEN {extra_of(pipeline)} END",
    )


def _verdict(pipeline: Pipeline, before: tuple[Rule, ...]) -> str:
    rules = reason_and_rule(pipeline)
    return first_broken(before, rules) if before else rules


def _columns_by_topic(pipeline: Pipeline) -> str:
    return "map(" + ", ".join(f"'{feed.topic}', {_columns_of(feed)}" for feed in pipeline.feeds) + ")"


def _columns_of(feed: Feed) -> str:
    keys = (
        f"named_struct('source', {literal(key.source)}, 'reason', '{empty_key(key.name)}')"
        for key in feed.keys
    )
    wholes = (
        f"named_struct('source', {literal(column.source)}, 'limit', {WHOLE_MAX[column.type]}L)"
        for column in feed.columns
        if column.type in WHOLE_MAX
    )
    ranges = (
        f"named_struct('source', {literal(column.source)}, 'low', {_limit(column.minimum, '-Infinity')}, "
        f"'high', {_limit(column.maximum, 'Infinity')}, 'rule', {literal(column.range_rule)})"
        for column in feed.columns
        if column.is_limited
    )
    words = (
        f"named_struct('source', {literal(source)}, 'texts', array({literals(texts)}))"
        for source, texts in feed.judged_words
    )
    return (
        f"named_struct('time', {literal(feed.time)}, "
        f"'keys', {_structs(keys, 'source: STRING, reason: STRING')}, "
        f"'numbers', {_texts(feed.sources('double', *WHOLE_MAX))}, "
        f"'wholes', {_structs(wholes, 'source: STRING, limit: BIGINT')}, "
        f"'ranges', {_structs(ranges, 'source: STRING, low: DOUBLE, high: DOUBLE, rule: STRING')}, "
        f"'words', {_structs(words, 'source: STRING, texts: ARRAY<STRING>')}, "
        f"'booleans', {_texts(feed.sources('boolean'))}, 'required', {_texts(feed.required)})"
    )


def _limit(value: float | None, none: str) -> str:
    return f"CAST('{none if value is None else value}' AS DOUBLE)"


def _structs(items: Iterable[str], shape: str) -> str:
    return f"CAST(array({', '.join(items)}) AS ARRAY<STRUCT<{shape}>>)"


def _texts(names: Iterable[str]) -> str:
    return f"CAST(array({literals(names)}) AS ARRAY<STRING>)"

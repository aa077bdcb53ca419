"""
The batch: every record of the run, parsed and judged once, for all topics in one pass.

Judging works on the map of texts, with the columns to look at taken from the feed, so that six feeds share
one expression; typed columns come later, per table, from rows that are known to convert. Transforms are SQL
text, because each call on a Column is a round trip to the JVM and a run has hundreds of expressions.
"""

from pyspark.sql import DataFrame

from currents_spark.runner.batch_params import QUARANTINED, Quarantine
from currents_spark.pipelines.nem.feeds import DLQ_SUFFIX, FEEDS, Feed
from currents_spark.engine.message import TEXT_HEADERS, header, parse_message
from currents_spark.pipelines.nem.nem_time import parse_stamp, trading_date
from currents_spark.engine.verdict import reason_and_rule
from currents_spark.sql_text import literal, literals

_COORDINATES = ("topic", "partition", "offset", "timestamp")


def judged_batch(records: DataFrame, quarantines: tuple[Quarantine, ...] = ()) -> DataFrame:
    """
    One row per record: coordinates, `message`, `feed` (data topic it belongs to), `is_dead` (from a
    dead-letter topic), `reason` and `rule` when refused or in quarantine. Which of them repeat others is
    added by repeats.with_repeated.

    Input: topic, partition, offset, timestamp, value (binary), headers (array of key and bytes).
    """
    decoded = records.selectExpr(
        *_COORDINATES,
        "decode(value, 'UTF-8') AS payload",
        f"{TEXT_HEADERS} AS headers",
        f"endswith(topic, '{DLQ_SUFFIX}') AS is_dead",
        f"replace(topic, '{DLQ_SUFFIX}', '') AS feed",
    )
    parsed = decoded.selectExpr(
        "*",
        f"CASE WHEN NOT is_dead THEN {parse_message('payload')} END AS message",
        f"element_at({_columns_by_topic()}, feed) AS columns",
    )
    dated = parsed.selectExpr(
        "*",
        f"{parse_stamp('message.`values`[columns.interval]')} AS trading_interval",
        f"coalesce(message.source_sha256, {header('currents.source-sha256')}) AS source_sha256",
        f"coalesce(message.source_line, try_cast({header('currents.source-line')} AS INT)) AS source_line",
    )
    judged = dated.selectExpr(
        "*",
        f"{trading_date('trading_interval')} AS trading_date",
        f"CASE WHEN NOT is_dead THEN {_verdict(quarantines)} END AS verdict",
    )
    return judged.selectExpr(
        *_COORDINATES,
        "headers",
        "feed",
        "is_dead",
        "message",
        "trading_interval",
        "trading_date",
        "source_sha256",
        "source_line",
        "verdict.reason AS reason",
        "verdict.rule AS rule",
        "CASE WHEN is_dead OR verdict IS NOT NULL THEN payload END AS payload",
    )


def _verdict(quarantines: tuple[Quarantine, ...]) -> str:
    """An operator's word on a file comes before what is wrong with its rows."""
    named = [
        f"WHEN {of_files(each)} THEN named_struct('reason', '{QUARANTINED}', 'rule', {literal(each.rule)})"
        for each in quarantines
    ]
    return f"CASE {' '.join(named)} ELSE {reason_and_rule()} END" if named else reason_and_rule()


def of_files(quarantine: Quarantine) -> str:
    """Condition on a row: it comes from one of the files."""
    return f"source_sha256 IN ({literals(quarantine.checksums)})"


def _columns_by_topic() -> str:
    return "map(" + ", ".join(f"'{feed.topic}', {_columns_of(feed)}" for feed in FEEDS) + ")"


def _columns_of(feed: Feed) -> str:
    keys = ", ".join(
        f"named_struct('source', '{key.source}', 'reason', '{_empty_key(key.name)}')" for key in feed.keys
    )
    return (
        f"named_struct('interval', '{feed.interval}', 'keys', array({keys}), "
        f"'numbers', {_texts(feed.sources('double', 'int'))}, 'required', {_texts(list(feed.required))})"
    )


def _empty_key(name: str) -> str:
    return f"empty_{name}" if name.endswith("_id") else f"{name}_missing"


def _texts(names: list[str]) -> str:
    return "CAST(array(" + ", ".join(f"'{name}'" for name in names) + ") AS ARRAY<STRING>)"

"""
Records of a batch that say again what another one says: the same identity (for dead letters: the same line of
the same file, rejected for the same reason). The first copy counts.

A record that names no file or line is known by its coordinates; one of a staged object has none and repeats
nothing.
"""

from pyspark.sql import DataFrame

from currents_spark.engine.feed import FILE_LINE, OFFSET, Feed
from currents_spark.engine.message import header
from currents_spark.engine.pipeline import Pipeline

_NAME = f"concat_ws('/', source_sha256, source_line, {header('currents.reason')})"
_COORDINATES = "concat_ws('/', partition, offset)"
_ORIGIN = ["topic", "source_sha256"]
# Topic and checksum.
RepeatingFile = tuple[str, str]


def with_repeated(judged: DataFrame, pipeline: Pipeline) -> DataFrame:
    """Adds `repeated`. Moves each record to where its copies are, which is nothing for a small batch."""
    by_keys = [
        f"WHEN {_of_topics([feed])} AND NOT is_text AND reason IS NULL THEN {_key_of(pipeline, feed)}"
        for feed in keyed_feeds(pipeline)
    ]
    named = f"WHEN {_named(pipeline)} THEN {_NAME}"
    key = f"CASE {' '.join([*by_keys, named])} WHEN offset IS NOT NULL THEN {_COORDINATES} END"
    number = "row_number() OVER (PARTITION BY topic, identity ORDER BY partition, offset)"
    repeated = f"identity IS NOT NULL AND {number} > 1"
    return (
        judged.selectExpr("*", f"{key} AS identity")
        .selectExpr("*", f"({repeated}) AS repeated")
        .drop("identity")
    )


def with_repeated_of(judged: DataFrame, pipeline: Pipeline, files: list[RepeatingFile]) -> DataFrame:
    """The same for a large batch: only records of files that say a line twice are moved."""
    if not files:
        return judged.selectExpr("*", "false AS repeated")
    named = judged.sparkSession.createDataFrame(files, "topic STRING, source_sha256 STRING").hint("broadcast")
    others = judged.join(named, _ORIGIN, "left_anti").selectExpr("*", "false AS repeated")
    moved = with_repeated(judged.join(named, _ORIGIN, "left_semi"), pipeline)
    return others.unionByName(moved.select(*others.columns))


def _named(pipeline: Pipeline) -> str:
    """Condition: the record is known by file and line, or as a dead letter by its file."""
    of_files = [feed for feed in pipeline.feeds if feed.identity == FILE_LINE]
    by_line = f"source_line IS NOT NULL AND {_of_topics(of_files)}" if of_files else "false"
    return f"source_sha256 IS NOT NULL AND (is_dead OR {by_line})"


def keyed_feeds(pipeline: Pipeline) -> list[Feed]:
    """Feeds whose records columns identify."""
    return [feed for feed in pipeline.feeds if feed.identity not in (FILE_LINE, OFFSET)]


def _key_of(pipeline: Pipeline, feed: Feed) -> str:
    """Typed, because bronze compares values and a producer may write 1 and 1.0."""
    values = {pipeline.clock.column: "event_time", **{key.name: f"fields.{key.name}" for key in feed.keys}}
    return f"to_json(array({', '.join(f'CAST({values[name]} AS STRING)' for name in feed.identity_columns)}))"


def _of_topics(feeds: list[Feed]) -> str:
    return f"topic IN ({', '.join(repr(feed.topic) for feed in feeds)})"

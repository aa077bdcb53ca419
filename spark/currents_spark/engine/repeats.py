"""
Records of a batch that say again what another one says: the same identity (for dead letters: the same line of
the same file, rejected for the same reason). The first copy counts.

A record that names no file or line is known by its coordinates; one of a staged object has none and repeats
nothing.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.bronze import typed
from currents_spark.engine.feed import FILE_LINE, OFFSET, Feed
from currents_spark.engine.message import header
from currents_spark.engine.pipeline import Pipeline

_NAME = f"concat_ws('/', source_sha256, source_line, {header('currents.reason')})"
_COORDINATES = "concat_ws('/', partition, offset)"
_ORIGIN = ["topic", "source_sha256"]
# A bitmap of Spark covers this many lines; a file has more than one bitmap where it has more lines.
_LINES = "bitmap_construct_agg(bitmap_bit_position(source_line))"


def with_repeated(judged: DataFrame, pipeline: Pipeline) -> DataFrame:
    """Adds `repeated`. Moves each record to where its copies are, which is nothing for a small batch."""
    by_keys = [
        f"WHEN {_of_topics([feed])} AND reason IS NULL THEN {_key_of(pipeline, feed)}"
        for feed in _keyed_feeds(pipeline)
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


def with_repeated_in_bulk(judged: DataFrame, pipeline: Pipeline) -> DataFrame:
    """
    The same for a large batch that is stored: only records of files that hold a repeated line are moved, and
    those that keys identify.

    Costs one pass over checksums and lines. A file none of whose lines repeats has as many lines as records.
    """
    if _keyed_feeds(pipeline):
        return with_repeated(judged, pipeline)
    suspects = _files_with_repeats(judged, pipeline)
    if not suspects:
        return judged.selectExpr("*", "false AS repeated")
    files = judged.sparkSession.createDataFrame(suspects, "topic STRING, source_sha256 STRING").hint(
        "broadcast"
    )
    others = judged.join(files, _ORIGIN, "left_anti").selectExpr("*", "false AS repeated")
    moved = with_repeated(judged.join(files, _ORIGIN, "left_semi"), pipeline)
    return others.unionByName(moved.select(*others.columns))


def _files_with_repeats(judged: DataFrame, pipeline: Pipeline) -> list[tuple[str, str]]:
    """
    (topic, checksum); dead letters may repeat in reason without a line, so their files are always looked at.
    """
    named = judged.where(_named(pipeline)).groupBy(
        "topic", "source_sha256", "is_dead", F.expr("bitmap_bucket_number(source_line) AS bucket")
    )
    counted = named.agg(F.expr("count(*) AS records"), F.expr(f"bitmap_count({_LINES}) AS lines"))
    rows = counted.where("records > 1 AND (is_dead OR records > lines)").select(*_ORIGIN).distinct().collect()
    return [(row.topic, row.source_sha256) for row in rows]


def _named(pipeline: Pipeline) -> str:
    """Condition: the record is known by file and line, or as a dead letter by its file."""
    of_files = [feed for feed in pipeline.feeds if feed.identity == FILE_LINE]
    by_line = f"source_line IS NOT NULL AND {_of_topics(of_files)}" if of_files else "false"
    return f"source_sha256 IS NOT NULL AND (is_dead OR {by_line})"


def _keyed_feeds(pipeline: Pipeline) -> list[Feed]:
    return [feed for feed in pipeline.feeds if feed.identity not in (FILE_LINE, OFFSET)]


def _key_of(pipeline: Pipeline, feed: Feed) -> str:
    """Typed, because bronze compares values and a producer may write 1 and 1.0."""
    values = {pipeline.clock.column: "event_time", **{column.name: typed(column) for column in feed.keys}}
    return f"to_json(array({', '.join(f'CAST({values[name]} AS STRING)' for name in feed.identity_columns)}))"


def _of_topics(feeds: list[Feed]) -> str:
    return f"topic IN ({', '.join(repr(feed.topic) for feed in feeds)})"

"""
Records of a batch that say again what another one says: the same line of the same file (for dead letters:
refused for the same reason). The first copy counts.

A record that names no file or line is known by its coordinates; one of a staged object has none and repeats
nothing.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.message import header

_NAMED = "source_sha256 IS NOT NULL AND (is_dead OR source_line IS NOT NULL)"
_NAME = f"concat_ws('/', source_sha256, source_line, {header('currents.reason')})"
_KEY = f"CASE WHEN {_NAMED} THEN {_NAME} ELSE concat_ws('/', partition, offset) END"
_REPEATED = f"(({_NAMED}) OR offset IS NOT NULL) AND row_number() OVER (PARTITION BY topic, {_KEY} ORDER BY partition, offset) > 1"
_ORIGIN = ["topic", "source_sha256"]
# A bitmap of Spark covers this many lines; a file has more than one bitmap where it has more lines.
_LINES = "bitmap_construct_agg(bitmap_bit_position(source_line))"


def with_repeated(judged: DataFrame) -> DataFrame:
    """Adds `repeated`. Moves each record to where its copies are, which is nothing for a small batch."""
    return judged.selectExpr("*", f"{_REPEATED} AS repeated")


def with_repeated_in_bulk(judged: DataFrame) -> DataFrame:
    """
    The same for a large batch that is stored: only records of files that hold a repeated line are moved.

    Costs one pass over checksums and lines. A file none of whose lines repeats has as many lines as records.
    """
    suspects = _files_with_repeats(judged)
    if not suspects:
        return judged.selectExpr("*", "false AS repeated")
    files = judged.sparkSession.createDataFrame(suspects, "topic STRING, source_sha256 STRING").hint(
        "broadcast"
    )
    others = judged.join(files, _ORIGIN, "left_anti").selectExpr("*", "false AS repeated")
    moved = with_repeated(judged.join(files, _ORIGIN, "left_semi"))
    return others.unionByName(moved.select(*others.columns))


def _files_with_repeats(judged: DataFrame) -> list[tuple[str, str]]:
    """
    (topic, checksum); dead letters may repeat in reason without a line, so their files are always looked at.
    """
    named = judged.where(_NAMED).groupBy(
        "topic", "source_sha256", "is_dead", F.expr("bitmap_bucket_number(source_line) AS bucket")
    )
    counted = named.agg(F.expr("count(*) AS records"), F.expr(f"bitmap_count({_LINES}) AS lines"))
    rows = counted.where("records > 1 AND (is_dead OR records > lines)").select(*_ORIGIN).distinct().collect()
    return [(row.topic, row.source_sha256) for row in rows]

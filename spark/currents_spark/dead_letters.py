"""Dead letters in the lake: exactly once by the record's coordinates and by what was refused."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.lake_table import LakeTable

_COORDINATES = ("topic", "partition", "offset")
_CONTENT = ("source_sha256", "source_line", "reason")


def not_yet_recorded(letters: DataFrame, recorded: DataFrame) -> DataFrame:
    """
    Letters that `recorded` does not hold, neither under their coordinates nor as the same line refused for the same
    reason (a file that was published again). A letter without checksum is known by its coordinates alone.
    """
    seen = recorded.select(*_COORDINATES, *_CONTENT)
    unseen = letters.join(seen.select(*_COORDINATES), list(_COORDINATES), "left_anti")
    old = seen.where(F.col("source_sha256").isNotNull()).alias("old")
    same = [F.col(f"new.{name}").eqNullSafe(F.col(f"old.{name}")) for name in _CONTENT]
    return unseen.alias("new").join(old, same[0] & same[1] & same[2], "left_anti")


def may_be_recorded(table: LakeTable, letters: DataFrame) -> bool:
    """False when file statistics prove that the table holds neither the letters' coordinates nor their files."""
    known = letters.agg(
        F.collect_set("topic").alias("topics"), F.min("offset").alias("low"), F.max("offset").alias("high"),
        F.collect_set("source_sha256").alias("checksums"),
    ).collect()[0]
    if known.low is None:
        return False
    return table.may_hold(topic=known.topics, offset=(known.low, known.high)) or table.may_hold(source_sha256=known.checksums)

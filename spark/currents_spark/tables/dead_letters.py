"""Dead letters in the lake: exactly once by the record's coordinates and by what was rejected."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.tables.lake_table import LakeTable

_COORDINATES = ("topic", "partition", "offset")
_CONTENT = ("source_sha256", "source_line", "reason")
_TEXT = ("topic", "reason", "payload")
_NAMELESS = "offset IS NULL AND source_sha256 IS NULL"


def not_yet_recorded(letters: DataFrame, recorded: DataFrame) -> DataFrame:
    """
    Dead letters that `recorded` does not hold, neither under their coordinates nor as the same line rejected
    for the same reason (a file that was published again). A dead letter without checksum is known by its
    coordinates alone; one of a staged object, which has no coordinates either, by its topic, reason and
    payload. Null coordinates match nothing.
    """
    seen = recorded.select(*_COORDINATES, *_CONTENT, "payload")
    unseen = letters.join(
        seen.where("offset IS NOT NULL").select(*_COORDINATES), list(_COORDINATES), "left_anti"
    )
    old = seen.where(F.col("source_sha256").isNotNull())
    return _without(
        _without(unseen, old, _CONTENT),
        seen.where(_NAMELESS),
        _TEXT,
        "new.offset IS NULL AND new.source_sha256 IS NULL",
    )


def _without(new: DataFrame, old: DataFrame, names: tuple[str, ...], condition: str = "true") -> DataFrame:
    """
    Rows of `new`, of those that meet the condition, that no row of `old` equals in the columns; nulls are
    equal.
    """
    same = " AND ".join(f"new.{name} <=> old.{name}" for name in names)
    return new.alias("new").join(old.alias("old"), F.expr(f"{same} AND {condition}"), "left_anti")


def may_be_recorded(table: LakeTable, letters: DataFrame) -> bool:
    """
    False when file statistics prove that the table holds neither their coordinates, nor their files,
    nor texts.
    """
    known = letters.agg(
        F.collect_set("topic").alias("topics"),
        F.min("offset").alias("low"),
        F.max("offset").alias("high"),
        F.collect_set("source_sha256").alias("checksums"),
        F.expr(f"count_if({_NAMELESS})").alias("nameless"),
    ).collect()[0]
    return (
        known.low is not None
        and table.may_hold(topic=known.topics, offset=(known.low, known.high))
        or bool(known.checksums)
        and table.may_hold(source_sha256=known.checksums)
        or bool(known.nameless)
        and table.may_hold(topic=known.topics, offset=None)
    )

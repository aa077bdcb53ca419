"""
The version rule: which bronze row of a key is the one silver shows, and what became of the others.

Candidates of a key are ordered by (preference, coalesce(LASTCHANGED, header stamp), header stamp, file id, source
line); the greatest wins, whatever arrived first. `duplicate` = same key, measures and LASTCHANGED as another row;
`superseded` = every other row that silver does not show (older versions, an INTERVENTION or a TYPE not chosen,
sub-regions). Counts are taken with and without the rows already in bronze, so that a run can state its own share.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.feeds import Feed

COUNTS = ("rows", "groups", "old_rows", "old_groups", "old_selected")
_CARRIED = ("last_changed_at_nem", "header_at_nem", "file_id", "source_line", "source_sha256", "source_file", "ingested_at")


def chosen_versions(candidates: DataFrame, feed: Feed, key: Sequence[str], eligible: Column, preference: Column) -> DataFrame:
    """
    One row per key: `version`, the winning row as a struct (null when none is eligible), and the columns of COUNTS.

    `candidates` has the feed's bronze columns and `is_old`; `eligible` and `preference` are over them. Grouping first
    by identical content keeps exact duplicates from being taken for corrections.
    """
    content = [column.name for column in feed.columns if column.name not in key]
    grouped = candidates.groupBy(*key, *content, "last_changed_at_nem").agg(
        F.max(_ranked(content, preference)).alias("ranked"),
        F.max(eligible).alias("eligible"),
        F.count(F.lit(1)).alias("n"),
        F.count_if(F.col("is_old")).alias("n_old"),
    )
    return grouped.groupBy(*key).agg(
        F.max(F.when(F.col("eligible"), F.col("ranked"))).alias("version"),
        F.sum("n").alias("rows"),
        F.count(F.lit(1)).alias("groups"),
        F.sum("n_old").alias("old_rows"),
        F.count_if(F.col("n_old") > 0).alias("old_groups"),
        F.max((F.col("eligible") & (F.col("n_old") > 0)).cast("int")).alias("old_selected"),
    )


def _ranked(content: list[str], preference: Column) -> Column:
    """Structs compare field by field, so the maximum of this one is the winner and carries its values along."""
    return F.struct(
        preference.alias("preference"),
        F.coalesce("last_changed_at_nem", "header_at_nem").alias("version_at_nem"),
        F.col("header_at_nem").alias("rank_header"),
        F.lpad("file_id", 20, "0").alias("rank_file"),
        F.col("source_line").alias("rank_line"),
        *[F.col(name) for name in (*_CARRIED, *content)],
    )

"""
The version rule: which bronze row of a key is the one silver shows, and what became of the others.

Candidates of a key are ordered by (preference, coalesce(LASTCHANGED, header stamp), header stamp, file id,
source line); the greatest wins, whatever arrived first. `duplicate` = same key, measures and LASTCHANGED as
another row; `superseded` = every other row that silver does not show (older versions, an INTERVENTION or a
TYPE not chosen, sub-regions). Counts are taken with and without the rows already in bronze, so that a run can
state its own share.
"""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.feeds import Feed

COUNTS = ("rows", "groups", "old_rows", "old_groups", "old_selected")
_CARRIED = (
    "last_changed_at_nem",
    "header_at_nem",
    "file_id",
    "source_line",
    "source_sha256",
    "source_file",
    "ingested_at",
)


def chosen_versions(
    candidates: DataFrame, feed: Feed, key: Sequence[str], eligible: str, preference: str
) -> DataFrame:
    """
    One row per key: `version`, the winning row as a struct (null when none is eligible), and the columns of
    COUNTS.

    `candidates` has the feed's bronze columns and `is_old`; `eligible` and `preference` are SQL text over
    them. Grouping first by identical content keeps exact duplicates from being taken for corrections.
    """
    content = [column.name for column in feed.columns if column.name not in key]
    grouped = candidates.groupBy(*key, *content, "last_changed_at_nem").agg(
        F.expr(f"max({_ranked(content, preference)}) AS ranked"),
        F.expr(f"bool_or({eligible}) AS eligible"),
        F.expr("count(*) AS n"),
        F.expr("count_if(is_old) AS n_old"),
    )
    return grouped.groupBy(*key).agg(
        F.expr("max(CASE WHEN eligible THEN ranked END) AS version"),
        F.expr("sum(n) AS rows"),
        F.expr("count(*) AS groups"),
        F.expr("sum(n_old) AS old_rows"),
        F.expr("count_if(n_old > 0) AS old_groups"),
        F.expr("CAST(max(eligible AND n_old > 0) AS INT) AS old_selected"),
    )


def _ranked(content: list[str], preference: str) -> str:
    """
    Structs compare field by field, so the maximum of this one is the winner and carries its values along.
    """
    return (
        f"struct({preference} AS preference, coalesce(last_changed_at_nem, header_at_nem) AS version_at_nem, "
        "header_at_nem AS rank_header, lpad(file_id, 20, '0') AS rank_file, source_line AS rank_line, "
        f"{', '.join((*_CARRIED, *content))})"
    )

"""
The version rule: which bronze row of a key is the one silver shows, and what became of the others.

Candidates of a key are ordered by preference, then by the ranks of the message format; the greatest wins,
whatever arrived first. `duplicate` = same key, measures and origin content as another row; `superseded` =
every other row that silver does not show (older versions, rows that are not eligible or not preferred).
Counts are taken with and without the rows already in bronze, so that a run can state its own share.
"""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.feed import Feed

COUNTS = ("rows", "groups", "old_rows", "old_groups", "old_selected")


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
    grouped = candidates.groupBy(*key, *content, *feed.message.content).agg(
        F.expr(f"max({_ranked(feed, content, preference)}) AS ranked"),
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


def _ranked(feed: Feed, content: list[str], preference: str) -> str:
    """
    Structs compare field by field, so the maximum of this one is the winner and carries its values along.
    """
    ranks = ", ".join(f"{rank} AS {name}" for name, rank in feed.message.ranks)
    return f"struct({preference} AS preference, {ranks}, {', '.join((*feed.message.carried, *content))})"

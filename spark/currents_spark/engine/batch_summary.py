"""
What the batch holds, per feed: known to the driver after one action, so that empty work is never started.
"""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.tables.lake_table import IN_LIST_LIMIT


@dataclass
class FeedSummary:
    """
    Counts and touched keys of one data topic and its dead-letter topic; stamps are `YYYY-MM-DD HH:MM:SS` NEM
    time.
    """

    records: int = 0
    usable: int = 0
    repeated: int = 0
    dead: int = 0
    intervals: list[str] = field(default_factory=list)
    trading_dates: list[str] = field(default_factory=list)
    checksums: list[str] = field(default_factory=list)

    def forget_keys(self) -> None:
        """Nothing is touched after all: every usable row was in bronze already."""
        self.intervals, self.trading_dates = [], []

    @property
    def touched(self) -> dict[str, object]:
        """Arguments for LakeTable.may_hold: the trading dates and intervals of usable rows."""
        exact = len(self.intervals) <= IN_LIST_LIMIT
        stamps = [stamp.replace(" ", "T") for stamp in self.intervals]
        return {
            "trading_date": self.trading_dates,
            "trading_interval": stamps if exact else (stamps[0], stamps[-1]),
        }


_USABLE = "NOT is_dead AND reason IS NULL AND NOT repeated"
_KEYS = {"trading_interval": "intervals", "trading_date": "trading_dates", "source_sha256": "checksums"}
_DEAD = "(is_dead OR reason IS NOT NULL) AND NOT repeated"


def summarize(batch: DataFrame) -> dict[str, FeedSummary]:
    """By data topic, in one action over the judged batch. `usable` and `dead` leave repeated records out."""
    aggregates = [
        "count(*) AS records",
        f"count_if({_USABLE}) AS usable",
        "count_if(repeated) AS repeated",
        f"count_if({_DEAD}) AS dead",
        *[_distinct(column, name) for column, name in _KEYS.items()],
    ]
    rows = batch.groupBy("feed").agg(*[F.expr(text) for text in aggregates]).collect()
    return {
        row["feed"]: FeedSummary(**{name: row[name] for name in FeedSummary.__dataclass_fields__})
        for row in rows
    }


def _distinct(column: str, name: str) -> str:
    """Cast to texts after they were made distinct: a bulk batch has a thousand rows for each interval."""
    values = f"sort_array(collect_set(CASE WHEN {_USABLE} THEN {column} END))"
    return f"CAST({values} AS ARRAY<STRING>) AS {name}"


def merged(summaries: list[FeedSummary]) -> FeedSummary:
    """The touched keys of several feeds together."""
    return FeedSummary(
        intervals=sorted({stamp for summary in summaries for stamp in summary.intervals}),
        trading_dates=sorted({date for summary in summaries for date in summary.trading_dates}),
    )

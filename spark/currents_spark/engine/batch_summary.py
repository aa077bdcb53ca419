"""
What the batch holds, per feed: known to the driver after one action, so that empty work is never started.
"""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.feed import Feed
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.touched import Touched


@dataclass
class FeedSummary:
    """
    Counts and touched keys of one data topic and its dead-letter topic. `period_starts`: see Touched.of;
    `first` and `last`: event times as text; `offsets` of usable records; `texts` are not judged yet.
    """

    records: int = 0
    usable: int = 0
    texts: int = 0
    repeated: int = 0
    dead: int = 0
    first: str | None = None
    last: str | None = None
    period_starts: list[int] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    checksums: list[str] = field(default_factory=list)
    low_offset: int | None = None
    high_offset: int | None = None

    def forget_keys(self) -> None:
        """Nothing is touched after all: every usable row was in bronze already."""
        self.period_starts, self.dates = [], []

    def touched(self, feed: Feed) -> Touched:
        """Periods and dates of usable rows."""
        return Touched.of(self.period_starts, feed.period_s, self.dates)


_USABLE = "NOT is_dead AND NOT is_text AND reason IS NULL AND NOT repeated"
_DEAD = "(is_dead OR reason IS NOT NULL) AND NOT repeated"


def summarize(batch: DataFrame, pipeline: Pipeline) -> dict[str, FeedSummary]:
    """By data topic, in one action over the judged batch. `usable` and `dead` leave repeated records out."""
    lengths = ", ".join(f"'{feed.topic}', {feed.period_s}L" for feed in pipeline.feeds)
    start = pipeline.clock.period_start("event_time", f"element_at(map({lengths}), feed)")
    aggregates = [
        "count(*) AS records",
        f"count_if({_USABLE}) AS usable",
        "count_if(is_text) AS texts",
        "count_if(repeated) AS repeated",
        f"count_if({_DEAD}) AS dead",
        f"CAST(min({_where_usable('event_time')}) AS STRING) AS first",
        f"CAST(max({_where_usable('event_time')}) AS STRING) AS last",
        f"min({_where_usable('offset')}) AS low_offset",
        f"max({_where_usable('offset')}) AS high_offset",
        _distinct(start, "period_starts", "BIGINT"),
        _distinct("partition_date", "dates"),
        _distinct("source_sha256", "checksums"),
    ]
    rows = batch.groupBy("feed").agg(*[F.expr(text) for text in aggregates]).collect()
    return {
        row["feed"]: FeedSummary(**{name: row[name] for name in FeedSummary.__dataclass_fields__})
        for row in rows
    }


def _where_usable(value: str) -> str:
    return f"CASE WHEN {_USABLE} THEN {value} END"


def _distinct(value: str, name: str, kind: str = "STRING") -> str:
    """Cast after values were made distinct: a bulk batch has a thousand rows for each interval."""
    return f"CAST(sort_array(collect_set({_where_usable(value)})) AS ARRAY<{kind}>) AS {name}"

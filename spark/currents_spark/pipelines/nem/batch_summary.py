"""What the batch holds, per feed: known to the driver after one action, so that empty work is never started."""

from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from currents_spark.lake_table import IN_LIST_LIMIT


@dataclass
class FeedSummary:
    """Counts and touched keys of one data topic and its dead-letter topic; stamps are `YYYY-MM-DD HH:MM:SS` NEM time."""

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
        return {"trading_date": self.trading_dates, "trading_interval": stamps if exact else (stamps[0], stamps[-1])}


def summarize(batch: DataFrame) -> dict[str, FeedSummary]:
    """One action over the judged batch. `usable` and `dead` leave repeated records out."""
    usable = ~F.col("is_dead") & F.col("reason").isNull() & ~F.col("repeated")
    dead = (F.col("is_dead") | F.col("reason").isNotNull()) & ~F.col("repeated")

    def distinct(column: str) -> Column:
        return F.sort_array(F.collect_set(F.when(usable, F.col(column).cast("string"))))

    rows = batch.groupBy("feed").agg(
        F.count(F.lit(1)).alias("records"),
        F.count_if(usable).alias("usable"),
        F.count_if(F.col("repeated")).alias("repeated"),
        F.count_if(dead).alias("dead"),
        distinct("trading_interval").alias("intervals"),
        distinct("trading_date").alias("trading_dates"),
        distinct("source_sha256").alias("checksums"),
    )
    return {row["feed"]: FeedSummary(**{name: row[name] for name in FeedSummary.__dataclass_fields__}) for row in rows.collect()}


def merged(summaries: list[FeedSummary]) -> FeedSummary:
    """The touched keys of several feeds together."""
    return FeedSummary(
        intervals=sorted({stamp for summary in summaries for stamp in summary.intervals}),
        trading_dates=sorted({date for summary in summaries for date in summary.trading_dates}),
    )

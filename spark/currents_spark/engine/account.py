"""The outcome of one feed's records, and the identity that must hold."""

from dataclasses import dataclass
from typing import Any

from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.feed import Feed
from currents_spark.errors import ReconciliationBrokenError


@dataclass
class Account:
    """
    Records of a data topic and its dead-letter topic in one run.

    rows_in = redelivered + inserted + duplicates + superseded + dead_letters, where duplicates and superseded
    are what the run added to the losing rows of the touched keys (an update adds one superseded row).
    """

    feed: Feed
    rows_in: int
    bronze_rows: int
    redelivered: int
    inserted: int = 0
    updated: int = 0
    duplicates: int = 0
    superseded: int = 0
    dead_letters: int = 0
    interval_min: str | None = None
    interval_max: str | None = None

    @classmethod
    def opened(cls, feed: Feed, summary: FeedSummary) -> "Account":
        return cls(
            feed,
            summary.records,
            summary.usable,
            summary.repeated,
            interval_min=summary.first,
            interval_max=summary.last,
        )

    def redeliver(self, rows: int) -> None:
        """Removes usable rows that bronze already has; with none left no interval is touched."""
        self.redelivered += rows
        self.bronze_rows -= rows
        if self.bronze_rows == 0:
            self.interval_min = self.interval_max = None

    def settle(self, totals: dict[str, int]) -> None:
        """
        Enters the aggregates of the feed's silver versions (see versions.COUNTS), taken over all and over old
        rows.
        """
        old = {name: totals[f"old_{name}"] for name in ("rows", "groups", "selected")}
        self.inserted, self.updated = totals["insert"], totals["update"]
        self.duplicates = (totals["rows"] - totals["groups"]) - (old["rows"] - old["groups"])
        self.superseded = (totals["groups"] - totals["selected"]) - (old["groups"] - old["selected"])

    def bury(self, fresh: int, dead: int) -> None:
        """Enters the batch's dead letters: the fresh ones, and those that the lake already held."""
        self.dead_letters = fresh
        self.redelivered += dead - fresh

    def keep_all(self) -> None:
        """For a feed without silver: every bronze row counts as inserted."""
        self.inserted = self.bronze_rows

    def check(self) -> None:
        """Raises ReconciliationBrokenError when a record is unaccounted for or counted twice."""
        accounted = self.redelivered + self.inserted + self.duplicates + self.superseded + self.dead_letters
        if accounted != self.rows_in:
            raise ReconciliationBrokenError(
                f"{self.feed.counted_as}: expected {self.rows_in} rows accounted for, "
                f"found {accounted}: {self.row()}"
            )

    def row(self) -> dict[str, Any]:
        """The row of refine_counts without run and time."""
        counts = {name: value for name, value in vars(self).items() if name != "feed"}
        return {"table_name": self.feed.counted_as, **counts}

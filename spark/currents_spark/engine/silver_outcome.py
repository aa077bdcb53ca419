"""What bringing a silver table up to date came to."""

from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.silver_first import KeyCounts
from currents_spark.engine.silver_rows import change_counts, counter_prefix
from currents_spark.engine.silver_table import SilverTable


@dataclass
class SilverOutcome:
    """The outcome: `totals` has the feeds' shares; the other numbers are rows of the table."""

    totals: dict[str, int] = field(default_factory=dict)
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unknown_ids: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, silver: SilverTable, changes: DataFrame, replacing: bool = False) -> "SilverOutcome":
        """`changes`: see silver_rows.with_change."""
        unknown = unknown_ids(silver, "change <> 'delete'")
        aggregates = [*change_counts(silver, replacing), f"{unknown} AS unknown_ids"]
        totals: dict[str, Any] = changes.agg(*[F.expr(text) for text in aggregates]).collect()[0].asDict()
        rows = {name: totals.pop(name) for name in ("inserted", "updated", "deleted")}
        return cls(**rows, unknown_ids=totals.pop("unknown_ids"), totals=totals)

    def add_once(self, topic: str, keys: KeyCounts) -> None:
        """Enters keys of new periods that come once."""
        self.inserted += keys.chosen
        shares = {"rows": keys.once, "groups": keys.once, "insert": keys.chosen, "selected": keys.chosen}
        prefix = counter_prefix(topic)
        for name, value in shares.items():
            self.totals[f"{prefix}{name}"] = self.totals.get(f"{prefix}{name}", 0) + value
        for name in ("old_rows", "old_groups", "old_selected", "update"):
            self.totals.setdefault(f"{prefix}{name}", 0)

    def of_feed(self, topic: str) -> dict[str, int]:
        """The feed's share of `totals`, without the prefix."""
        prefix = counter_prefix(topic)
        return {
            name.removeprefix(prefix): value for name, value in self.totals.items() if name.startswith(prefix)
        }


def unknown_ids(silver: SilverTable, condition: str = "true") -> str:
    """SQL text: ids that the silver table's enrichment does not know, in rows that meet the condition."""
    unknown = (
        f"CASE WHEN {condition} AND NOT is_known THEN {silver.enrichment.id} END"
        if silver.enrichment
        else "CAST(NULL AS STRING)"
    )
    return f"sort_array(collect_set({unknown}))"

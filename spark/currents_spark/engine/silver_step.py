"""
Brings one silver table up to date with the batch: append when nothing was there, MERGE when rows change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.engine.held import Held
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.silver_rows import change_counts, silver_rows, with_change
from currents_spark.engine.silver_table import Enrichment, SilverTable
from currents_spark.engine.touched import Touched
from currents_spark.tables.lake import Lake
from currents_spark.tables.lake_table import LakeTable

_DELETE = "WHEN MATCHED AND source.change = 'delete' THEN DELETE"


@dataclass
class SilverOutcome:
    """The outcome: `totals` has the feeds' shares; the other numbers are rows of the table."""

    totals: dict[str, int] = field(default_factory=dict)
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unknown_ids: list[str] = field(default_factory=list)

    def of_feed(self, topic: str) -> dict[str, int]:
        """The feed's share of `totals`, without the prefix."""
        return {
            name.removeprefix(f"{topic}_"): value
            for name, value in self.totals.items()
            if name.startswith(f"{topic}_")
        }


class SilverStep:
    """
    Recomputes the touched periods from bronze (as pinned, plus the batch) and writes the rows that differ.

    `replacing`: bronze lost rows before it was pinned; silver rows that nothing supports any more are
    removed.
    """

    def __init__(
        self,
        spark: SparkSession,
        lake: Lake,
        pipeline: Pipeline,
        silver: SilverTable,
        touched: Touched,
        run_id: str,
        *,
        replacing: bool = False,
        is_bulk: bool = False,
    ) -> None:
        self._spark, self._lake, self._pipeline = spark, lake, pipeline
        self._silver, self._touched, self._run_id = silver, touched, run_id
        self._replacing, self._is_bulk = replacing, is_bulk

    def run(self, new_rows: dict[str, DataFrame]) -> SilverOutcome:
        """
        `new_rows` by topic, in the shape of bronze. Run again on a bronze that holds them, it writes nothing.
        """
        silver, table = self._silver, self._lake.table(self._silver.definition)
        candidates = {part.feed.topic: self._candidates(part.feed.topic, new_rows) for part in silver.parts}
        rows = silver_rows(silver, candidates, self._run_id)
        if silver.enrichment:
            rows = self._enriched(rows, silver.enrichment)
        existing = self._touched_rows(table)
        with Held(self._is_bulk) as held:
            changes = held.hold(with_change(silver, rows, existing, self._replacing))
            outcome = self._outcome(changes)
            self._write(table, changes, outcome)
        return outcome

    def _candidates(self, topic: str, new_rows: dict[str, DataFrame]) -> DataFrame:
        bronze = self._lake.table(self._pipeline.bronze[topic])
        old = self._touched_rows(bronze)
        new = new_rows.get(topic)
        if old is None and new is None:
            old = bronze.read().where(F.lit(False))
        frames = [
            frame.withColumn("is_old", F.lit(is_old))
            for frame, is_old in ((old, True), (new, False))
            if frame is not None
        ]
        return reduce(DataFrame.unionByName, frames)

    def _touched_rows(self, table: LakeTable) -> DataFrame | None:
        """None where file statistics prove that there are none."""
        clock = self._silver.clock
        if not table.may_hold(**self._touched.proof(clock)):
            return None
        return table.read().where(self._touched.where(clock))

    def _enriched(self, rows: DataFrame, enrichment: Enrichment) -> DataFrame:
        reference = self._lake.table(enrichment.reference)
        return enrichment.join(rows, None if reference.snapshot_id is None else reference.read())

    def _write(self, table: LakeTable, changes: DataFrame, outcome: SilverOutcome) -> None:
        if outcome.updated or outcome.deleted:
            changed = changes.where("change IN ('insert', 'update', 'delete')")
            changed = changed if outcome.deleted else changed.drop("change")
            merge_rows(self._spark, self._silver, table, changed, self._touched.dates)
        elif outcome.inserted:
            table.append(changes.where("change = 'insert'"), outcome.inserted)

    def _outcome(self, changes: DataFrame) -> SilverOutcome:
        silver = self._silver
        unknown = (
            f"CASE WHEN change <> 'delete' AND NOT is_known THEN {silver.enrichment.id} END"
            if silver.enrichment
            else "CAST(NULL AS STRING)"
        )
        aggregates = [
            *change_counts(silver, self._replacing),
            f"sort_array(collect_set({unknown})) AS unknown_ids",
        ]
        totals: dict[str, Any] = changes.agg(*[F.expr(text) for text in aggregates]).collect()[0].asDict()
        rows = {name: totals.pop(name) for name in ("inserted", "updated", "deleted")}
        return SilverOutcome(**rows, unknown_ids=totals.pop("unknown_ids"), totals=totals)


def merge_rows(
    spark: SparkSession, silver: SilverTable, table: LakeTable, rows: DataFrame, dates: Iterable[str]
) -> None:
    """
    Replaces rows by key; where `rows` has a column `change`, those of `delete` are removed.

    The dates are literals because only those prune partitions of the target.
    """
    view = f"changed_{silver.definition.name.replace('.', '_')}"
    may_delete = "change" in rows.columns
    rows.select(*silver.definition.column_names, *(["change"] if may_delete else [])).createOrReplaceTempView(
        view
    )
    same_key = " AND ".join(f"target.{name} = source.{name}" for name in silver.grain)
    spark.sql(
        f"MERGE INTO {table.full_name} AS target USING {view} AS source "
        f"ON {same_key} AND target.{silver.clock.on_dates(dates)} "
        f"{_DELETE if may_delete else ''} WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )
    spark.catalog.dropTempView(view)

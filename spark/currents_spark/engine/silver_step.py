"""
Brings one silver table up to date with the batch: append when nothing was there, MERGE when rows change.
"""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.engine.held import Held
from currents_spark.engine.observed import ObservedTexts
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.silver_first import first_rows, key_counts, told_apart
from currents_spark.engine.silver_merge import merge_rows
from currents_spark.engine.silver_outcome import SilverOutcome, unknown_ids
from currents_spark.engine.silver_rows import candidates, silver_rows, with_change, with_trimmed_ids
from currents_spark.engine.silver_table import SilverTable
from currents_spark.engine.touched import Touched
from currents_spark.tables.lake import Lake
from currents_spark.tables.lake_table import LakeTable


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
        table = self._lake.table(self._silver.definition)
        existing = self._touched_rows(table)
        old = {part.feed.topic: self._touched_bronze(part.feed.topic) for part in self._silver.parts}
        with Held(self._is_bulk) as held:
            outcome = self._first(held, table, new_rows) if self._is_first(existing, old) else None
            if outcome is None:
                rows = self._rows({topic: self._candidates(topic, old[topic], new_rows) for topic in old})
                changes = held.hold(with_change(self._silver, rows, existing, self._replacing))
                outcome = SilverOutcome.of(self._silver, changes, self._replacing)
                self._write(table, changes, outcome)
        return outcome

    def _is_first(self, existing: DataFrame | None, old: dict[str, DataFrame | None]) -> bool:
        """
        Whether one feed's large batch brings periods that were not there at all, and no row of them needs
        another.
        """
        there = (existing, *old.values())
        may_be = self._is_bulk and not self._replacing and not self._silver.compares
        return may_be and len(old) == 1 and all(each is None for each in there)

    def _first(self, held: Held, table: LakeTable, new_rows: dict[str, DataFrame]) -> SilverOutcome | None:
        """Compares versions only where there are several; None where that is the rule."""
        silver, topic = self._silver, self._silver.parts[0].feed.topic
        rows = with_trimmed_ids(silver, new_rows[topic])
        keys = key_counts(silver, rows)
        if keys is None:
            return None
        once, others = told_apart(silver, rows, keys.apart)
        unknown, outcome = ObservedTexts(unknown_ids(silver)), SilverOutcome()
        written = unknown.of(self._enriched(first_rows(silver, once, self._run_id)))
        if others is not None:
            changes = held.hold(with_change(silver, self._rows({topic: candidates(None, others)}), None))
            outcome = SilverOutcome.of(silver, changes)
            columns = silver.definition.column_names
            chosen = changes.where("change = 'insert'")
            written = written.select(*columns).unionByName(chosen.select(*columns))
        outcome.add_once(topic, keys)
        if outcome.inserted:
            table.append(written, outcome.inserted)
            outcome.unknown_ids = sorted({*outcome.unknown_ids, *unknown.get()})
        return outcome

    def _rows(self, by_topic: dict[str, DataFrame]) -> DataFrame:
        return self._enriched(silver_rows(self._silver, by_topic, self._run_id))

    def _candidates(self, topic: str, old: DataFrame | None, new_rows: dict[str, DataFrame]) -> DataFrame:
        new = new_rows.get(topic)
        if old is None and new is None:
            old = self._lake.table(self._pipeline.bronze[topic]).read().where(F.lit(False))
        return candidates(old, new)

    def _touched_bronze(self, topic: str) -> DataFrame | None:
        """None where the touched periods have no rows yet."""
        return self._touched_rows(self._lake.table(self._pipeline.bronze[topic]))

    def _touched_rows(self, table: LakeTable) -> DataFrame | None:
        """None where file statistics prove that there are none."""
        clock = self._silver.clock
        if not table.may_hold(**self._touched.proof(clock)):
            return None
        return table.read().where(self._touched.where(clock))

    def _enriched(self, rows: DataFrame) -> DataFrame:
        enrichment = self._silver.enrichment
        if enrichment is None:
            return rows
        reference = self._lake.table(enrichment.reference)
        return enrichment.join(rows, None if reference.snapshot_id is None else reference.read())

    def _write(self, table: LakeTable, changes: DataFrame, outcome: SilverOutcome) -> None:
        if outcome.updated or outcome.deleted:
            changed = changes.where("change IN ('insert', 'update', 'delete')")
            changed = changed if outcome.deleted else changed.drop("change")
            merge_rows(self._spark, self._silver, table, changed, self._touched.dates)
        elif outcome.inserted:
            table.append(changes.where("change = 'insert'"), outcome.inserted)

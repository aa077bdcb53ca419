"""
The refine job: one bounded batch of records becomes bronze, silver, dead letters, counts and ledger rows.

Everything is written on one branch made for this attempt, so a failure leaves nothing to undo; the ledger is
written last. Steps that touch different tables run side by side: their commits wait more than they compute.
In bulk they compute, and bronze goes first: silver reads back what bronze has by then, date by date.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.account import Account
from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.bronze import Redelivery, bronze_rows
from currents_spark.engine.dead_letter_step import write_dead_letters
from currents_spark.engine.feed import DLQ_SUFFIX, Feed
from currents_spark.engine.held import Held
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.reading import Source, check_records, check_topics, read_batch, read_records
from currents_spark.engine.replaced import Removal, Removed
from currents_spark.engine.silver_step import SilverStep
from currents_spark.engine.silver_table import SilverTable
from currents_spark.engine.touched import Touched, together, touched_result
from currents_spark.runner.batch_params import Quarantine
from currents_spark.runner.control import JobControl
from currents_spark.runner.session import BULK_RECORDS_MIN
from currents_spark.runner.spec import JobSpec
from currents_spark.stamps import utc_now
from currents_spark.tables.lake import Lake
from currents_spark.tables.ledger import check_ledger, ledger_rows
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.prepare_tables import prepare_tables
from currents_spark.tables.standing_quarantine import standing_quarantines

Tasks = dict[str, Callable[[], None]]
UNKNOWN_IDS_NAMED = 50


class Refine:
    """
    One run of the job. `source` yields the batch's records (see reading.read_records) and may be another.

    The same batch again changes nothing but counts and ledger. With `replace` what the lake has of the
    batch's files is taken out first; the account then speaks of this run's records against what was left, so
    that a record whose older self was taken out counts as inserted.
    """

    def __init__(
        self,
        spark: SparkSession,
        spec: JobSpec,
        control: JobControl,
        pipeline: Pipeline,
        source: Source = read_records,
    ) -> None:
        self._spark, self._spec, self._control, self._source = spark, spec, control, source
        self._pipeline, self._ops = pipeline, pipeline.ops
        self._lake = Lake(spark, spec)
        check_topics(spec, pipeline)
        self._is_bulk = spec.records >= BULK_RECORDS_MIN
        self._held = Held(self._is_bulk)
        self._topics = sorted({topic.removesuffix(DLQ_SUFFIX) for topic in spec.topics})
        self._batch: DataFrame
        self._summaries: dict[str, FeedSummary] = {}
        self._accounts: dict[str, Account] = {}
        self._new_rows: dict[str, DataFrame] = {}
        self._removed = Removed()
        self._unknown_ids: list[str] = []
        self._quarantines: tuple[Quarantine, ...] = (spec.quarantine,) if spec.quarantine else ()
        self._written: set[str] = set()

    @staticmethod
    def writes(_spec: JobSpec, pipeline: Pipeline) -> list[str]:
        return [table.name for table in pipeline.tables]

    def run(self) -> dict[str, Any]:
        """
        The result's own fields. Raises a JobError when ledger, record count or reconciliation does not hold.
        """
        prepare_tables(self._lake, self._control, self._pipeline.tables)
        with self._held:
            if self._spec.records:
                self._refine()
        return self._result()

    def _refine(self) -> None:
        self._control.in_parallel(
            {
                "check_ledger": self._check_ledger,
                "read_batch": self._read_batch,
                "pin_tables": self._pin_tables,
            }
        )
        check_records(self._spec, self._pipeline, self._summaries)
        if self._spec.replace:
            with self._control.timed("take_out"):
                self._take_out()
        self._accounts = {
            feed.topic: Account.opened(feed, self._summaries[feed.topic])
            for feed in self._pipeline.feeds
            if feed.topic in self._summaries
        }
        self._control.in_parallel(
            {
                f"new_{topic}": partial(self._find_new, account)
                for topic, account in self._accounts.items()
                if account.bronze_rows
            }
        )
        self._write()
        for account in self._accounts.values():
            account.check()
        self._close()

    def _check_ledger(self) -> None:
        check_ledger(self._lake.table(self._ops.ingest_ledger), self._spec)

    def _read_batch(self) -> None:
        # Kafka's records are new, or a replay's, which is there to take a file out of quarantine.
        if self._spec.landing:
            self._quarantines += standing_quarantines(
                self._spark,
                self._lake.table(self._ops.dead_letters).read(),
                self._pipeline.name,
                self._ops.dead_letter_events,
            )
        self._batch, self._summaries = read_batch(
            self._source(self._spark, self._spec),
            self._pipeline,
            self._quarantines,
            self._held,
            self._is_bulk,
        )

    def _pin_tables(self) -> None:
        for silver in self._pipeline.silver_tables:
            if any(part.feed.topic in self._topics for part in silver.parts):
                self._lake.table(silver.definition)
                for part in silver.parts:
                    self._lake.table(self._pipeline.bronze[part.feed.topic])

    def _take_out(self) -> None:
        self._removed = Removal(self._spark, self._lake, self._pipeline).run(self._batch, self._topics)
        self._written.update(self._pipeline.bronze[topic].name for topic in self._removed.touched)
        if self._removed.letters:
            self._written.add(self._ops.dead_letters.name)

    def _find_new(self, account: Account) -> None:
        topic, summary = account.feed.topic, self._summaries[account.feed.topic]
        clock = self._pipeline.clock
        rows = bronze_rows(self._batch, clock, account.feed, self._spec.run_id)
        seen = Redelivery(self._lake.table(self._pipeline.bronze[topic]), clock, account.feed, summary)
        if seen.is_possible():
            rows = self._held.hold(seen.left_out_in_bulk(rows) if self._is_bulk else seen.left_out(rows))
            account.redeliver(summary.usable - rows.count())
        if account.bronze_rows:
            self._new_rows[topic] = rows
        else:
            summary.forget_keys()

    def _write(self) -> None:
        bronze: Tasks = {
            self._pipeline.bronze[topic].name: partial(
                self._write_bronze, self._pipeline.feed_of_topic[topic]
            )
            for topic in self._new_rows
        }
        changed = {*self._new_rows, *self._removed.touched}
        others: Tasks = {
            silver.definition.name: partial(self._write_silver, silver)
            for silver in self._pipeline.silver_tables
            if any(part.feed.topic in changed for part in silver.parts)
        }
        if any(summary.dead for summary in self._summaries.values()):
            others[self._ops.dead_letters.name] = self._write_dead_letters
        if self._is_bulk:
            self._control.in_parallel(bronze)
            self._control.in_parallel(others)
        else:
            self._control.in_parallel({**others, **bronze})

    def _write_bronze(self, feed: Feed) -> None:
        account, table = self._accounts[feed.topic], self._lake.table(self._pipeline.bronze[feed.topic])
        table.append(self._new_rows[feed.topic], account.bronze_rows)
        self._written.add(feed.bronze)
        if self._is_bulk:
            self._new_rows[feed.topic] = table.appended()
        if feed.topic not in self._topics_with_silver():
            account.keep_all()

    def _write_silver(self, silver: SilverTable) -> None:
        topics = [part.feed.topic for part in silver.parts if part.feed.topic in self._accounts]
        touched = together(self._touched_in(topic) for topic in topics)
        step = SilverStep(
            self._spark,
            self._lake,
            self._pipeline,
            silver,
            touched,
            self._spec.run_id,
            replacing=bool(self._removed.of(topics)),
            is_bulk=self._is_bulk,
        )
        outcome = step.run(self._new_rows)
        for topic in topics:
            self._accounts[topic].settle(outcome.of_feed(topic))
        self._unknown_ids += outcome.unknown_ids
        if outcome.inserted or outcome.updated or outcome.deleted:
            self._written.add(silver.definition.name)

    def _write_dead_letters(self) -> None:
        counts = write_dead_letters(
            self._batch,
            self._lake.table(self._ops.dead_letters),
            self._pipeline.name,
            self._spec.run_id,
            self._quarantines,
        )
        for topic, account in self._accounts.items():
            account.bury(counts.get(topic, 0), self._summaries[topic].dead)
        if counts:
            self._written.add(self._ops.dead_letters.name)

    def _close(self) -> None:
        recorded = {"pipeline": self._spec.pipeline, "run_id": self._spec.run_id, "recorded_at": utc_now()}
        with self._control.timed(self._ops.refine_counts.name):
            rows = [{**account.row(), **recorded} for account in self._accounts.values()]
            self._lake.table(self._ops.refine_counts).append(
                rows_of(self._spark, self._ops.refine_counts, rows), len(rows)
            )
        with self._control.timed(self._ops.ingest_ledger.name):
            self._lake.table(self._ops.ingest_ledger).append(
                *ledger_rows(self._spark, self._ops.ingest_ledger, self._spec, recorded["recorded_at"])
            )
        self._written |= {self._ops.refine_counts.name, self._ops.ingest_ledger.name}

    def _touched_in(self, topic: str) -> Touched:
        feed = self._pipeline.feed_of_topic[topic]
        return together([self._summaries[topic].touched(feed), *self._removed.of([topic])])

    def _topics_with_silver(self) -> set[str]:
        return {part.feed.topic for silver in self._pipeline.silver_tables for part in silver.parts}

    def _result(self) -> dict[str, Any]:
        touched = together(
            self._touched_in(topic)
            for topic in self._summaries
            if self._pipeline.feed_of_topic[topic].is_touching
        )
        return {
            "counts": [account.row() for account in self._accounts.values()],
            **touched_result(self._pipeline.clock, self._pipeline.step_s, touched),
            "removed": {"bronze_rows": self._removed.rows, "dead_letters": self._removed.letters},
            "unknown_units": self._unknown_ids[:UNKNOWN_IDS_NAMED],
            "unknown_unit_count": len(self._unknown_ids),
            "written_tables": sorted(self._written),
        }

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

from currents_spark.runner.batch_params import Quarantine
from currents_spark.runner.control import JobControl
from currents_spark.engine.held import Held
from currents_spark.tables.lake import Lake
from currents_spark.tables.ledger import check_ledger, ledger_rows
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.ops_tables import DEAD_LETTERS, INGEST_LEDGER, REFINE_COUNTS
from currents_spark.pipelines.nem import tables
from currents_spark.engine.account import Account
from currents_spark.engine.batch_summary import FeedSummary, merged
from currents_spark.engine.bronze import (
    bronze_rows,
    may_be_redelivered,
    without_redelivered,
    without_redelivered_in_bulk,
)
from currents_spark.engine.dead_letter_step import write_dead_letters
from currents_spark.pipelines.nem.feeds import DLQ_SUFFIX, FEED_OF_TOPIC, FEEDS, Feed
from currents_spark.engine.reading import Source, check_records, read_batch, read_records
from currents_spark.engine.replaced import Removal, Removed
from currents_spark.pipelines.nem.silver import SILVER_TABLES, SilverTable
from currents_spark.engine.silver_step import SilverStep
from currents_spark.pipelines.nem.touched import touched_range
from currents_spark.tables.prepare_tables import prepare_tables
from currents_spark.runner.session import BULK_RECORDS_MIN
from currents_spark.runner.spec import JobSpec
from currents_spark.stamps import utc_now
from currents_spark.tables.standing_quarantine import standing_quarantines

Tasks = dict[str, Callable[[], None]]
UNKNOWN_UNITS_NAMED = 50
_TOPICS_WITH_SILVER = {part.feed.topic for silver in SILVER_TABLES for part in silver.parts}


class Refine:
    """
    One run of the job. `source` yields the batch's records (see reading.read_records) and may be another.

    The same batch again changes nothing but counts and ledger. With `replace` what the lake has of the
    batch's files is taken out first; the account then speaks of this run's records against what was left, so
    that a record whose older self was taken out counts as inserted.
    """

    WRITES = tables.TABLES

    def __init__(
        self, spark: SparkSession, spec: JobSpec, control: JobControl, source: Source = read_records
    ) -> None:
        self._spark, self._spec, self._control, self._source = spark, spec, control, source
        self._lake = Lake(spark)
        self._is_bulk = spec.records >= BULK_RECORDS_MIN
        self._held = Held(self._is_bulk)
        self._topics = sorted({topic.removesuffix(DLQ_SUFFIX) for topic in spec.topics})
        self._batch: DataFrame
        self._summaries: dict[str, FeedSummary] = {}
        self._accounts: dict[str, Account] = {}
        self._new_rows: dict[str, DataFrame] = {}
        self._removed = Removed()
        self._unknown_units: list[str] = []
        self._quarantines: tuple[Quarantine, ...] = (spec.quarantine,) if spec.quarantine else ()
        self._written: set[str] = set()

    def run(self) -> dict[str, Any]:
        """
        The result's own fields. Raises a JobError when ledger, record count or reconciliation does not hold.
        """
        prepare_tables(self._spark, self._control, tables.TABLES)
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
        check_records(self._spec, self._summaries)
        if self._spec.replace:
            with self._control.timed("take_out"):
                self._take_out()
        self._accounts = {
            feed.topic: Account.opened(feed, self._summaries[feed.topic])
            for feed in FEEDS
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
        check_ledger(self._lake.table(INGEST_LEDGER), self._spec)

    def _read_batch(self) -> None:
        # Kafka's records are new, or a replay's, which is there to take a file out of quarantine.
        if self._spec.landing:
            self._quarantines += standing_quarantines(
                self._spark, self._lake.table(DEAD_LETTERS).read(), self._spec.pipeline
            )
        self._batch, self._summaries = read_batch(
            self._source(self._spark, self._spec), self._quarantines, self._held, self._is_bulk
        )

    def _pin_tables(self) -> None:
        for silver in SILVER_TABLES:
            if any(part.feed.topic in self._topics for part in silver.parts):
                self._lake.table(silver.definition)
                for part in silver.parts:
                    self._lake.table(tables.BRONZE[part.feed.topic])

    def _take_out(self) -> None:
        self._removed = Removal(self._spark, self._lake, self._spec.pipeline).run(self._batch, self._topics)
        self._written.update(FEED_OF_TOPIC[topic].bronze for topic in self._removed.keys)
        if self._removed.letters:
            self._written.add(DEAD_LETTERS.name)

    def _find_new(self, account: Account) -> None:
        topic, summary = account.feed.topic, self._summaries[account.feed.topic]
        rows = bronze_rows(self._batch, account.feed, self._spec.run_id)
        bronze = self._lake.table(tables.BRONZE[topic])
        if may_be_redelivered(bronze, summary):
            rows = self._held.hold(
                (without_redelivered_in_bulk if self._is_bulk else without_redelivered)(rows, bronze, summary)
            )
            account.redeliver(summary.usable - rows.count())
        if account.bronze_rows:
            self._new_rows[topic] = rows
        else:
            summary.forget_keys()

    def _write(self) -> None:
        bronze: Tasks = {
            FEED_OF_TOPIC[topic].bronze: partial(self._write_bronze, FEED_OF_TOPIC[topic])
            for topic in self._new_rows
        }
        changed = {*self._new_rows, *self._removed.keys}
        others: Tasks = {
            silver.definition.name: partial(self._write_silver, silver)
            for silver in SILVER_TABLES
            if any(part.feed.topic in changed for part in silver.parts)
        }
        if any(summary.dead for summary in self._summaries.values()):
            others[DEAD_LETTERS.name] = self._write_dead_letters
        if self._is_bulk:
            self._control.in_parallel(bronze)
            self._control.in_parallel(others)
        else:
            self._control.in_parallel({**others, **bronze})

    def _write_bronze(self, feed: Feed) -> None:
        account, table = self._accounts[feed.topic], self._lake.table(tables.BRONZE[feed.topic])
        table.append(self._new_rows[feed.topic], account.bronze_rows)
        self._written.add(feed.bronze)
        if self._is_bulk:
            self._new_rows[feed.topic] = table.appended()
        if feed.topic not in _TOPICS_WITH_SILVER:
            account.keep_all()

    def _write_silver(self, silver: SilverTable) -> None:
        topics = [part.feed.topic for part in silver.parts if part.feed.topic in self._accounts]
        touched = merged([self._summaries[topic] for topic in topics] + self._removed.of(topics))
        step = SilverStep(
            self._spark,
            self._lake,
            silver,
            touched,
            self._spec.run_id,
            replacing=bool(self._removed.of(topics)),
            is_bulk=self._is_bulk,
        )
        outcome = step.run(self._new_rows)
        for topic in topics:
            self._accounts[topic].settle(outcome.of_feed(topic))
        self._unknown_units += outcome.unknown_units
        if outcome.inserted or outcome.updated or outcome.deleted:
            self._written.add(silver.definition.name)

    def _write_dead_letters(self) -> None:
        counts = write_dead_letters(
            self._batch,
            self._lake.table(DEAD_LETTERS),
            self._spec.pipeline,
            self._spec.run_id,
            self._quarantines,
        )
        for topic, account in self._accounts.items():
            account.bury(counts.get(topic, 0), self._summaries[topic].dead)
        if counts:
            self._written.add(DEAD_LETTERS.name)

    def _close(self) -> None:
        recorded = {"pipeline": self._spec.pipeline, "run_id": self._spec.run_id, "recorded_at": utc_now()}
        with self._control.timed(REFINE_COUNTS.name):
            rows = [{**account.row(), **recorded} for account in self._accounts.values()]
            self._lake.table(REFINE_COUNTS).append(rows_of(self._spark, REFINE_COUNTS, rows), len(rows))
        with self._control.timed(INGEST_LEDGER.name):
            self._lake.table(INGEST_LEDGER).append(
                *ledger_rows(self._spark, self._spec, recorded["recorded_at"])
            )
        self._written |= {REFINE_COUNTS.name, INGEST_LEDGER.name}

    def _result(self) -> dict[str, Any]:
        return {
            "counts": [account.row() for account in self._accounts.values()],
            **touched_range(
                {
                    topic: merged([summary, *self._removed.of([topic])])
                    for topic, summary in self._summaries.items()
                }
            ),
            "removed": {"bronze_rows": self._removed.rows, "dead_letters": self._removed.letters},
            "unknown_units": self._unknown_units[:UNKNOWN_UNITS_NAMED],
            "unknown_unit_count": len(self._unknown_units),
            "written_tables": sorted(self._written),
        }

"""
The refine job: one bounded batch of Kafka records becomes bronze, silver, dead letters, counts and ledger rows.

Everything is written on one branch made for this attempt, so a failure leaves nothing to undo; the ledger is
written last. Steps that touch different tables run side by side: their commits wait more than they compute.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from currents_spark.control import JobControl
from currents_spark.errors import KafkaRecordsMissingError
from currents_spark.kafka_source import read_kafka
from currents_spark.lake import Lake
from currents_spark.ledger import check_ledger, ledger_rows
from currents_spark.local_rows import rows_of
from currents_spark.ops_tables import DEAD_LETTERS, INGEST_LEDGER, REFINE_COUNTS
from currents_spark.pipelines.nem import tables
from currents_spark.pipelines.nem.account import Account
from currents_spark.pipelines.nem.batch import judged_batch
from currents_spark.pipelines.nem.batch_summary import FeedSummary, merged, summarize
from currents_spark.pipelines.nem.bronze import bronze_rows, may_be_redelivered, without_redelivered
from currents_spark.pipelines.nem.dead_letter_step import write_dead_letters
from currents_spark.pipelines.nem.feeds import FEED_OF_TOPIC, FEEDS, Feed
from currents_spark.pipelines.nem.silver import SILVER_TABLES, SilverTable
from currents_spark.pipelines.nem.silver_step import SilverStep
from currents_spark.pipelines.nem.touched import touched_range
from currents_spark.prepare_tables import prepare_tables
from currents_spark.spec import JobSpec
from currents_spark.stamps import utc_now

Source = Callable[[SparkSession, JobSpec], DataFrame]
Tasks = dict[str, Callable[[], None]]
UNKNOWN_UNITS_NAMED = 50
_TOPICS_WITH_SILVER = {part.feed.topic for silver in SILVER_TABLES for part in silver.parts}


class Refine:
    """One run of the job. `source` yields the batch's records (see kafka_source.read_kafka) and may be another."""

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl, source: Source = read_kafka) -> None:
        self._spark, self._spec, self._control, self._source = spark, spec, control, source
        self._lake = Lake(spark)
        self._batch: DataFrame
        self._summaries: dict[str, FeedSummary] = {}
        self._accounts: dict[str, Account] = {}
        self._new_rows: dict[str, DataFrame] = {}
        self._unknown_units: list[str] = []
        self._written: set[str] = set()

    def run(self) -> dict[str, Any]:
        """The result's own fields. Raises a JobError when ledger, record count or reconciliation does not hold."""
        prepare_tables(self._spark, self._control, tables.TABLES)
        if any(item.records for item in self._spec.ranges):
            self._refine()
        return self._result()

    def _refine(self) -> None:
        self._control.in_parallel({"check_ledger": self._check_ledger, "read_batch": self._read_batch, "pin_tables": self._pin_tables})
        self._check_records()
        self._accounts = {feed.topic: Account.opened(feed, self._summaries[feed.topic]) for feed in FEEDS if feed.topic in self._summaries}
        self._control.in_parallel({f"new_{topic}": partial(self._find_new, account) for topic, account in self._accounts.items() if account.bronze_rows})
        self._control.in_parallel(self._writes())
        for account in self._accounts.values():
            account.check()
        self._close()

    def _check_ledger(self) -> None:
        check_ledger(self._lake.table(INGEST_LEDGER), self._spec)

    def _read_batch(self) -> None:
        # Cut from its lineage: else every later step would plan the reading and judging again.
        self._batch = judged_batch(self._source(self._spark, self._spec)).localCheckpoint()
        self._summaries = summarize(self._batch)

    def _pin_tables(self) -> None:
        topics = {item.topic for item in self._spec.ranges if item.records}
        for silver in SILVER_TABLES:
            if any(part.feed.topic in topics for part in silver.parts):
                self._lake.table(silver.definition)
                for part in silver.parts:
                    self._lake.table(tables.BRONZE[part.feed.topic])

    def _check_records(self) -> None:
        expected = sum(item.records for item in self._spec.ranges)
        found = sum(summary.records for summary in self._summaries.values())
        if found != expected:
            raise KafkaRecordsMissingError(f"kafka ranges: expected {expected} records, found {found}")

    def _find_new(self, account: Account) -> None:
        topic, summary = account.feed.topic, self._summaries[account.feed.topic]
        rows = bronze_rows(self._batch, account.feed, self._spec.run_id)
        bronze = self._lake.table(tables.BRONZE[topic])
        if may_be_redelivered(bronze, summary):
            rows = without_redelivered(rows, bronze, summary).localCheckpoint()
            account.redeliver(summary.usable - rows.count())
        if account.bronze_rows:
            self._new_rows[topic] = rows
        else:
            summary.forget_keys()

    def _writes(self) -> Tasks:
        tasks: Tasks = {
            silver.definition.name: partial(self._write_silver, silver)
            for silver in SILVER_TABLES if any(part.feed.topic in self._new_rows for part in silver.parts)
        }
        tasks.update({FEED_OF_TOPIC[topic].bronze: partial(self._write_bronze, FEED_OF_TOPIC[topic]) for topic in self._new_rows})
        if any(summary.dead for summary in self._summaries.values()):
            tasks["ops.dead_letters"] = self._write_dead_letters
        return tasks

    def _write_bronze(self, feed: Feed) -> None:
        account = self._accounts[feed.topic]
        self._lake.table(tables.BRONZE[feed.topic]).append(self._new_rows[feed.topic], account.bronze_rows)
        self._written.add(feed.bronze)
        if feed.topic not in _TOPICS_WITH_SILVER:
            account.keep_all()

    def _write_silver(self, silver: SilverTable) -> None:
        topics = [part.feed.topic for part in silver.parts if part.feed.topic in self._accounts]
        touched = merged([self._summaries[topic] for topic in topics])
        outcome = SilverStep(self._spark, self._lake, silver, touched, self._spec.run_id).run(self._new_rows)
        for topic in topics:
            self._accounts[topic].settle(outcome.of_feed(topic))
        self._unknown_units += outcome.unknown_units
        if outcome.inserted or outcome.updated:
            self._written.add(silver.definition.name)

    def _write_dead_letters(self) -> None:
        counts = write_dead_letters(self._batch, self._lake.table(DEAD_LETTERS), self._spec.pipeline, self._spec.run_id)
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
            self._lake.table(INGEST_LEDGER).append(*ledger_rows(self._spark, self._spec, recorded["recorded_at"]))
        self._written |= {REFINE_COUNTS.name, INGEST_LEDGER.name}

    def _result(self) -> dict[str, Any]:
        return {
            "counts": [account.row() for account in self._accounts.values()],
            **touched_range(self._summaries),
            "unknown_units": self._unknown_units[:UNKNOWN_UNITS_NAMED],
            "unknown_unit_count": len(self._unknown_units),
            "written_tables": sorted(self._written),
        }

"""
The refine job: one bounded batch of records becomes bronze, silver, dead letters, counts and ledger rows.

Everything is written on one branch made for this attempt, so a failure leaves nothing to undo; the ledger is
written last, beside the counts.
"""

from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.batch_run import BatchRun
from currents_spark.engine.held import Held
from currents_spark.engine.opening import open_batch
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.reading import Source, check_topics, read_records
from currents_spark.engine.touched import touched_result
from currents_spark.engine.writing import write_batch
from currents_spark.runner.control import JobControl
from currents_spark.runner.session import BULK_RECORDS_MIN
from currents_spark.runner.spec import JobSpec
from currents_spark.stamps import utc_now
from currents_spark.tables.lake import Lake
from currents_spark.tables.ledger import ledger_rows
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.prepare_tables import prepare_tables

UNKNOWN_IDS_NAMED = 50


class Refine:
    """
    One run of the job. `source` yields the batch's records (see reading.read_records) and may be another.

    The same batch again changes nothing but counts and ledger. With `replace` what the lake has of the
    batch's files is taken out first; the account then compares this run's records with what was left, so that
    a record whose older self was taken out counts as inserted.
    """

    def __init__(
        self,
        spark: SparkSession,
        spec: JobSpec,
        control: JobControl,
        pipeline: Pipeline,
        source: Source = read_records,
    ) -> None:
        check_topics(spec, pipeline)
        is_bulk = spec.records >= BULK_RECORDS_MIN
        quarantines = (spec.quarantine,) if spec.quarantine else ()
        lake = Lake(spark, spec)
        self._source = source
        self._run = BatchRun(spark, spec, control, pipeline, lake, Held(is_bulk), is_bulk, quarantines)

    @staticmethod
    def writes(_spec: JobSpec, pipeline: Pipeline) -> list[str]:
        return [table.name for table in pipeline.tables]

    def run(self) -> dict[str, Any]:
        """
        The result's own fields. Raises a JobError when ledger, record count or reconciliation does not hold.
        """
        run = self._run
        prepare_tables(run.lake, run.control, run.pipeline.tables)
        with run.held:
            if run.spec.records:
                open_batch(run, self._source)
                write_batch(run)
                for account in run.accounts.values():
                    account.check()
                _close(run)
        return _result(run)


def _close(run: BatchRun) -> None:
    ops = run.pipeline.ops
    recorded = {"pipeline": run.pipeline.name, "run_id": run.spec.run_id, "recorded_at": utc_now()}

    def write_counts() -> None:
        rows = [{**account.row(), **recorded} for account in run.accounts.values()]
        run.lake.table(ops.refine_counts).append(rows_of(run.spark, ops.refine_counts, rows), len(rows))

    def write_ledger() -> None:
        ledger = ledger_rows(run.spark, ops.ingest_ledger, run.spec, recorded["recorded_at"])
        run.lake.table(ops.ingest_ledger).append(*ledger)

    run.control.in_parallel({ops.refine_counts.name: write_counts, ops.ingest_ledger.name: write_ledger})
    run.written |= {ops.refine_counts.name, ops.ingest_ledger.name}


def _result(run: BatchRun) -> dict[str, Any]:
    return {
        "counts": [account.row() for account in run.accounts.values()],
        **touched_result(run.pipeline.clock, run.pipeline.step_s, run.touched()),
        "removed": {"bronze_rows": run.removed.rows, "dead_letters": run.removed.dead_letters},
        "unknown_units": run.unknown_ids[:UNKNOWN_IDS_NAMED],
        "unknown_unit_count": len(run.unknown_ids),
        "written_tables": sorted(run.written),
    }

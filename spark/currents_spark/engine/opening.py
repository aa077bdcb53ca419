"""The first steps of a run: read and judge the batch, remove the rows it replaces, find the new ones."""

from functools import partial

from currents_spark.engine.account import Account
from currents_spark.engine.batch_run import BatchRun
from currents_spark.engine.bronze import Redelivery, bronze_rows
from currents_spark.engine.reading import Source, check_records, read_batch
from currents_spark.engine.replaced import Removal
from currents_spark.engine.schema_lookup import check_schemas, look_up_schemas
from currents_spark.tables.ledger import check_ledger
from currents_spark.tables.standing_quarantine import standing_quarantines


def open_batch(run: BatchRun, source: Source) -> None:
    """Fills the run's batch, summaries, accounts and new rows. Raises a JobError when records are missing."""
    run.control.in_parallel(
        {
            "check_ledger": lambda: check_ledger(run.lake.table(run.pipeline.ops.ingest_ledger), run.spec),
            "read_batch": partial(_read_batch, run, source),
            "pin_tables": partial(_pin_tables, run),
        }
    )
    check_records(run.spec, run.summaries, run.pipeline)
    if run.spec.replace:
        with run.control.timed("take_out"):
            _take_out(run)
    run.accounts = {
        feed.topic: Account.opened(feed, run.summaries[feed.topic])
        for feed in run.pipeline.feeds
        if feed.topic in run.summaries
    }
    run.control.in_parallel(
        {
            f"new_{topic}": partial(_find_new, run, account)
            for topic, account in run.accounts.items()
            if account.bronze_rows
        }
    )


def _read_batch(run: BatchRun, source: Source) -> None:
    # Kafka's records are new, or those of a replay, whose purpose is to take a file out of quarantine.
    if run.spec.landing:
        ops = run.pipeline.ops
        dead_letters = run.lake.table(ops.dead_letters).read()
        run.quarantines += standing_quarantines(
            run.spark, dead_letters, run.pipeline.name, ops.dead_letter_events
        )
    look_up_schemas(run)
    read_batch(run, source)
    check_schemas(run)


def _pin_tables(run: BatchRun) -> None:
    for silver in run.pipeline.silver_tables:
        if any(part.feed.topic in run.topics for part in silver.parts):
            run.lake.table(silver.definition)
            for part in silver.parts:
                run.lake.table(run.pipeline.bronze[part.feed.topic])


def _take_out(run: BatchRun) -> None:
    run.removed = Removal(run.spark, run.lake, run.pipeline).run(run.batch, run.topics)
    run.written.update(run.pipeline.bronze[topic].name for topic in run.removed.touched)
    if run.removed.dead_letters:
        run.written.add(run.pipeline.ops.dead_letters.name)


def _find_new(run: BatchRun, account: Account) -> None:
    feed, clock = account.feed, run.pipeline.clock
    summary = run.summaries[feed.topic]
    rows = bronze_rows(run.batch, clock, feed, run.spec.run_id)
    seen = Redelivery(run.lake.table(run.pipeline.bronze[feed.topic]), clock, feed, summary)
    if seen.is_possible():
        rows = run.held.hold(seen.left_out_in_bulk(rows) if run.is_bulk else seen.left_out(rows))
        account.redeliver(summary.usable - rows.count())
    if account.bronze_rows:
        run.new_rows[feed.topic] = rows
    else:
        summary.forget_keys()

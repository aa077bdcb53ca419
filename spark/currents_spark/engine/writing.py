"""
Writes a batch: bronze, silver, what folds conclude, and dead letters.

Steps that touch different tables run side by side: their commits wait more than they compute. In bulk they
compute, and bronze goes first: silver reads back what bronze has by then, date by date.
"""

from collections.abc import Callable
from functools import partial

from currents_spark.engine.batch_run import BatchRun
from currents_spark.engine.dead_letter_step import write_dead_letters
from currents_spark.engine.feed import Feed
from currents_spark.engine.fold import Fold
from currents_spark.engine.fold_step import FoldStep
from currents_spark.engine.silver_step import SilverStep
from currents_spark.engine.silver_table import SilverTable
from currents_spark.engine.touched import together

Tasks = dict[str, Callable[[], None]]


def write_batch(run: BatchRun) -> None:
    """Enters into the run's accounts what became of the records."""
    if run.is_bulk:
        run.control.in_parallel(_bronze_tasks(run))
        run.control.in_parallel(_other_tasks(run))
    else:
        run.control.in_parallel({**_other_tasks(run), **_bronze_tasks(run)})


def _bronze_tasks(run: BatchRun) -> Tasks:
    feeds = (run.pipeline.feed_of_topic[topic] for topic in run.new_rows)
    return {feed.bronze: partial(_write_bronze, run, feed) for feed in feeds}


def _other_tasks(run: BatchRun) -> Tasks:
    changed = {*run.new_rows, *run.removed.touched}
    tasks: Tasks = {
        silver.definition.name: partial(_write_silver, run, silver)
        for silver in run.pipeline.silver_tables
        if any(part.feed.topic in changed for part in silver.parts)
    }
    tasks |= {
        fold.result.name: partial(_fold, run, fold)
        for fold in run.pipeline.folds
        if fold.feed.topic in run.new_rows
    }
    if any(summary.dead for summary in run.summaries.values()):
        tasks[run.pipeline.ops.dead_letters.name] = partial(_write_dead_letters, run)
    return tasks


def _write_bronze(run: BatchRun, feed: Feed) -> None:
    account, table = run.accounts[feed.topic], run.lake.table(run.pipeline.bronze[feed.topic])
    table.append(run.new_rows[feed.topic], account.bronze_rows)
    run.written.add(feed.bronze)
    if run.is_bulk:
        run.new_rows[feed.topic] = table.appended()
    if feed.topic not in run.pipeline.topics_with_silver:
        account.keep_all()


def _write_silver(run: BatchRun, silver: SilverTable) -> None:
    topics = [part.feed.topic for part in silver.parts if part.feed.topic in run.accounts]
    step = SilverStep(
        run.spark,
        run.lake,
        run.pipeline,
        silver,
        together(run.touched_in(topic) for topic in topics),
        run.spec.run_id,
        replacing=bool(run.removed.of(topics)),
        is_bulk=run.is_bulk,
    )
    outcome = step.run(run.new_rows)
    for topic in topics:
        run.accounts[topic].settle(outcome.of_feed(topic))
    run.unknown_ids += outcome.unknown_ids
    if outcome.inserted or outcome.updated or outcome.deleted:
        run.written.add(silver.definition.name)


def _fold(run: BatchRun, fold: Fold) -> None:
    step = FoldStep(run.lake, fold, run.spec.run_id, is_bulk=run.is_bulk)
    run.written |= step.run(run.new_rows[fold.feed.topic])


def _write_dead_letters(run: BatchRun) -> None:
    table = run.lake.table(run.pipeline.ops.dead_letters)
    counts = write_dead_letters(run.batch, table, run.pipeline.name, run.spec.run_id, run.quarantines)
    for topic, account in run.accounts.items():
        account.bury(counts.get(topic, 0), run.summaries[topic].dead)
    if counts:
        run.written.add(table.definition.name)

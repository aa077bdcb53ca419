"""Writes the batch's dead letters and says how many of each feed were new."""

from pyspark.sql import DataFrame

from currents_spark.engine.dead_letter_rows import dead_letter_rows
from currents_spark.runner.batch_params import Quarantine
from currents_spark.tables.dead_letters import may_be_recorded, not_yet_recorded
from currents_spark.tables.lake_table import LakeTable


def write_dead_letters(
    batch: DataFrame,
    table: LakeTable,
    pipeline: str,
    run_id: str,
    quarantines: tuple[Quarantine, ...] = (),
) -> dict[str, int]:
    """Appends dead letters that the lake does not hold yet; returns their number by data topic."""
    letters = dead_letter_rows(batch, table.definition, pipeline, run_id, quarantines).localCheckpoint()
    fresh = not_yet_recorded(letters, table.read()) if may_be_recorded(table, letters) else letters
    counts = {row["feed"]: row["count"] for row in fresh.groupBy("feed").count().collect()}
    if counts:
        table.append(fresh, sum(counts.values()))
    return counts

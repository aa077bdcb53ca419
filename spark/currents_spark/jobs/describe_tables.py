"""Says what tables a pipeline declares, and how those of the job's ref differ; changes nothing."""

from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.pipeline import Pipeline
from currents_spark.runner.control import JobControl
from currents_spark.runner.spec import JobSpec
from currents_spark.tables.prepare_tables import pending_changes


class DescribeTables:
    """
    The job kind `describe_tables`. `tables`: the declarations, as declared_tables gives them;
    `pending_changes`: {table, column, found, expected, is_additive} of each column that differs. The next run
    makes those that are additive; any other fails it.
    """

    def __init__(self, spark: SparkSession, _spec: JobSpec, control: JobControl, pipeline: Pipeline) -> None:
        self._spark, self._control, self._pipeline = spark, control, pipeline

    def run(self) -> dict[str, Any]:
        with self._control.timed("pending_changes"):
            changes = pending_changes(self._spark, self._pipeline.tables)
        return {
            "tables": declared_tables(self._pipeline),
            "pending_changes": [change.document() for change in changes],
        }


def declared_tables(pipeline: Pipeline) -> list[dict[str, Any]]:
    """{name, partitioned_by, columns: [{name, type}]} of each table, types as Spark writes them."""
    return [
        {
            "name": table.name,
            "partitioned_by": table.partitioned_by,
            "columns": [{"name": name, "type": kind} for name, kind in table.columns],
        }
        for table in pipeline.tables
    ]

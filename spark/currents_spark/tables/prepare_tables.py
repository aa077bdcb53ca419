"""The first step of every job that writes."""

from functools import partial

from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.tables.lake_table import TableDefinition, missing_tables


def prepare_tables(
    spark: SparkSession, control: JobControl, definitions: tuple[TableDefinition, ...]
) -> None:
    """
    Creates what the branch lacks, side by side, because a creation is mostly waiting; then nothing to do next
    time.
    """
    with control.timed("prepare_tables"):
        missing = missing_tables(spark, definitions)
    control.in_parallel(
        {f"create_{definition.name}": partial(_create, spark, definition) for definition in missing}
    )


def _create(spark: SparkSession, definition: TableDefinition) -> None:
    spark.sql(definition.create_statement())

"""Small results made in this process, as DataFrames."""

import json
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.tables.table_definition import TableDefinition


def rows_of(spark: SparkSession, definition: TableDefinition, rows: list[dict[str, Any]]) -> DataFrame:
    """
    A DataFrame with the table's columns; times are texts (`2025-12-27T00:05:00`, with `Z` where they are
    instants).

    Goes through one JSON literal, because createDataFrame would start a job for pickled rows.
    """
    fields = ", ".join(f"`{name}`: {kind}" for name, kind in definition.columns)
    return spark.range(1).select(F.inline(F.from_json(F.lit(json.dumps(rows)), f"array<struct<{fields}>>")))

"""Replaces rows of a silver table by key."""

from collections.abc import Iterable

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.silver_table import SilverTable
from currents_spark.tables.lake_table import LakeTable

_DELETE = "WHEN MATCHED AND source.change = 'delete' THEN DELETE"


def merge_rows(
    spark: SparkSession, silver: SilverTable, table: LakeTable, rows: DataFrame, dates: Iterable[str]
) -> None:
    """
    Replaces rows by key; where `rows` has a column `change`, those of `delete` are removed.

    The dates are literals because only those prune partitions of the target.
    """
    view = f"changed_{silver.definition.name.replace('.', '_')}"
    may_delete = "change" in rows.columns
    rows.select(*silver.definition.column_names, *(["change"] if may_delete else [])).createOrReplaceTempView(
        view
    )
    same_key = " AND ".join(f"target.{name} = source.{name}" for name in silver.grain)
    spark.sql(
        f"MERGE INTO {table.full_name} AS target USING {view} AS source "
        f"ON {same_key} AND target.{silver.clock.on_dates(dates)} "
        f"{_DELETE if may_delete else ''} WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )
    spark.catalog.dropTempView(view)

"""Replaces rows of a table by a key that names each of them within its partition."""

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession

from currents_spark.tables.lake_table import LakeTable


def merge_by_key(
    spark: SparkSession, table: LakeTable, rows: DataFrame, key: str, counts: Mapping[str, int]
) -> None:
    """
    `counts`: rows by date of the table's partition column. Dates are literals, since only those prune
    partitions of a MERGE's target; of dates that the table does not have, rows are appended.
    """
    partition = table.definition.partitioned_by
    if not table.may_hold(**{str(partition): sorted(counts)}):
        table.append(rows, sum(counts.values()))
        return
    view = f"merged_{table.definition.name.replace('.', '_')}"
    rows.select(*table.definition.column_names).createOrReplaceTempView(view)
    dates = ", ".join(f"DATE '{date}'" for date in sorted(counts))
    spark.sql(
        f"MERGE INTO {table.full_name} AS target USING {view} AS source "
        f"ON target.{key} = source.{key} AND target.{partition} = source.{partition} "
        f"AND target.{partition} IN ({dates}) WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )
    spark.catalog.dropTempView(view)

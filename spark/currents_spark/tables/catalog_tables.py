"""The tables of a job's branch as its catalog has them now."""

from collections.abc import Collection
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.runner.jvm_names import iceberg_names
from currents_spark.runner.session import CATALOG


def table_names(spark: SparkSession, namespaces: Collection[str] | None = None) -> list[str]:
    """
    `namespace.table` of every table; of those namespaces alone where they are given, and a namespace that is
    not there has none.
    """
    there = [row.namespace for row in spark.sql(f"SHOW NAMESPACES IN {CATALOG}").collect()]
    wanted = [namespace for namespace in there if namespaces is None or namespace in namespaces]
    return [
        f"{namespace}.{row.tableName}"
        for namespace in wanted
        for row in spark.sql(f"SHOW TABLES IN {CATALOG}.{namespace}").collect()
    ]


def iceberg_table(spark: SparkSession, name: str) -> Any:
    """Iceberg's table as the session has it."""
    return iceberg_names(spark.sparkContext).spark_util.loadIcebergTable(
        spark._jsparkSession, f"{CATALOG}.{name}"
    )


def fresh_table(spark: SparkSession, full_name: str) -> Any:
    """
    Iceberg's table, given with its catalog; read anew, since the session may have it from an earlier look.
    """
    table = iceberg_names(spark.sparkContext).spark_util.loadIcebergTable(spark._jsparkSession, full_name)
    table.refresh()
    return table

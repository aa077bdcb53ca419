"""A table's metadata changed by hand: what a simulation would need thousands of commits for."""

import json
from collections.abc import Callable
from typing import Any

from pyspark.sql import SparkSession


def iceberg_table(spark: SparkSession, name: str) -> Any:
    return spark.sparkContext._jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, name)


def change_metadata(spark: SparkSession, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Calls `change` with the metadata as Iceberg writes it, and commits what it makes of it."""
    operations = iceberg_table(spark, name).operations()
    base, parser = operations.current(), spark.sparkContext._jvm.org.apache.iceberg.TableMetadataParser
    metadata = json.loads(parser.toJson(base))
    change(metadata)
    operations.commit(base, parser.fromJson(json.dumps(metadata)))

"""A table's metadata changed by hand: what a simulation would need thousands of commits for."""

import json
from collections.abc import Callable
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.tables.catalog_tables import fresh_table

FIVE_MINUTES_MS = 300_000


def change_metadata(spark: SparkSession, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Calls `change` with the metadata as Iceberg writes it, and commits what it makes of it."""
    operations = fresh_table(spark, name).operations()
    base, parser = operations.current(), spark.sparkContext._jvm.org.apache.iceberg.TableMetadataParser
    metadata = json.loads(parser.toJson(base))
    change(metadata)
    operations.commit(base, parser.fromJson(json.dumps(metadata)))

"""
Tables dated ahead of this machine's clock, which a clock that was ahead and has been set right leaves behind.

Iceberg takes no commit that is dated more than a minute before the one before it: nothing could be written
until the clock has caught up, even for a day.
"""

import json
import time
from collections.abc import Collection
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.runner.session import CATALOG
from currents_spark.tables.catalog_tables import fresh_table, table_names

# Iceberg's own (TableMetadata, for commits of machines whose clocks differ a little).
TOLERANCE_MS = 60_000
REFUSALS = (
    "Expected sorted snapshot log entries",
    "Expected sorted previous metadata log entries",
    "Invalid update timestamp",
)
_DATES = ("timestamp-ms", "last-updated-ms")


def is_behind(text: str) -> bool:
    """Whether an error says that the clock is behind a table's last commit."""
    return any(refusal in text for refusal in REFUSALS)


def redate_tables(spark: SparkSession, tables: Collection[str]) -> list[str]:
    """
    Dates what is ahead in those of the tables that the job's branch has to now; rows, files and snapshot ids
    stay. One commit a table that has such, none where none has, so that doing it again changes nothing.
    Returns the tables' names.
    """
    there = table_names(spark, {name.split(".")[0] for name in tables})
    return [name for name in there if name in tables and _redate(spark, name)]


def _redate(spark: SparkSession, name: str) -> bool:
    operations = fresh_table(spark, f"{CATALOG}.{name}").operations()
    base, now_ms = operations.current(), int(time.time() * 1000)
    if base.lastUpdatedMillis() <= now_ms + TOLERANCE_MS:
        return False
    jvm: Any = spark.sparkContext._jvm
    parser = jvm.org.apache.iceberg.TableMetadataParser
    operations.commit(base, parser.fromJson(json.dumps(_until(now_ms, json.loads(parser.toJson(base))))))
    return True


def _until(now_ms: int, value: Any) -> Any:
    if isinstance(value, list):
        return [_until(now_ms, each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: min(each, now_ms) if key in _DATES and isinstance(each, int) else _until(now_ms, each)
        for key, each in value.items()
    }

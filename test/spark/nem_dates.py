"""Dates of a table as a clock that was wrong, or the past, would have left them."""

import json
from typing import Any

from currents_spark.runner.jvm_names import iceberg_names
from nem_lake import NemLake

HOUR_MS = 3_600_000


def operations_of(lake: NemLake, name: str) -> Any:
    table = iceberg_names(lake.session.sparkContext).spark_util.loadIcebergTable(
        lake.session._jsparkSession, f"lake.{name}"
    )
    table.refresh()
    return table.operations()


def redate_newest(lake: NemLake, name: str, by_ms: int) -> None:
    """
    Moves the newest snapshot, and with it the table's last update; not to before the one that it replaced.
    """
    parser, operations = (
        lake.session.sparkContext._jvm.org.apache.iceberg.TableMetadataParser,
        operations_of(lake, name),
    )
    document = json.loads(parser.toJson(operations.current()))
    document["last-updated-ms"] += by_ms
    for dated in (document["snapshots"][-1], document["snapshot-log"][-1]):
        dated["timestamp-ms"] += by_ms
    for metadata in document["metadata-log"]:
        metadata["timestamp-ms"] = min(metadata["timestamp-ms"], document["last-updated-ms"])
    operations.commit(operations.current(), parser.fromJson(json.dumps(document)))

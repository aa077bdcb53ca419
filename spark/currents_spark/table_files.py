"""What a table is made of, from its metadata: no row is read."""

import json
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.catalog_tables import fresh_table

DATA = 0


@dataclass(frozen=True)
class PartitionFiles:
    """`value`: the partition as JSON, null when the table has none."""

    value: str | None
    files: int
    small_files: int
    delete_files: int
    bytes: int


@dataclass(frozen=True)
class TableState:
    """
    The current snapshot. `partitions` by value; `data_manifests`: bytes of each; `older_snapshots`: when each but the current
    one was made, epoch ms; `log`: of each that was current, oldest first, since when it was, and when it was made.
    """

    partitions: tuple[PartitionFiles, ...]
    data_manifests: tuple[int, ...]
    manifests: int
    older_snapshots: tuple[int, ...]
    log: tuple[tuple[int, int], ...]

    def figures(self) -> dict[str, int]:
        """Numbers of data files, delete files and manifests, and the bytes of data and delete files together."""
        totals = {name: sum(getattr(partition, name) for partition in self.partitions) for name in ("files", "delete_files", "bytes")}
        return {**totals, "manifests": self.manifests}

    def needed_since_ms(self, at_ms: int) -> int:
        """
        Snapshots made before it had all been replaced at the moment: when the oldest was made that was current then or later.
        0, so that all are needed, where the log does not reach back so far.
        """
        at = [made_ms for since_ms, made_ms in self.log if since_ms <= at_ms][-1:]
        later = [made_ms for since_ms, made_ms in self.log if since_ms > at_ms]
        return min([*at, *later]) if at else 0


def table_state(spark: SparkSession, full_name: str, small_bytes: int) -> TableState:
    """One query; the rest is asked of Iceberg, since each query on a metadata table takes as long as all of that. `small_bytes`: below it a data file is small."""
    table = fresh_table(spark, full_name)
    current = table.currentSnapshot()
    manifests = list(current.allManifests(table.io())) if current else []
    older_snapshots, log = _snapshots(spark, table)
    return TableState(
        partitions=_partitions(spark, full_name, small_bytes, any(spec.isPartitioned() for spec in table.specs().values())),
        data_manifests=tuple(manifest.length() for manifest in manifests if manifest.content().id() == DATA),
        manifests=len(manifests),
        older_snapshots=older_snapshots,
        log=log,
    )


def _snapshots(spark: SparkSession, table: Any) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Of thousands of snapshots: asking for each one's dates by itself is a round trip each."""
    jvm: Any = spark.sparkContext._jvm
    metadata = json.loads(jvm.org.apache.iceberg.TableMetadataParser.toJson(table.operations().current()))
    made = {snapshot["snapshot-id"]: snapshot["timestamp-ms"] for snapshot in metadata["snapshots"]}
    older = tuple(made_ms for key, made_ms in made.items() if key != metadata["current-snapshot-id"])
    return older, tuple((entry["timestamp-ms"], made[entry["snapshot-id"]]) for entry in metadata["snapshot-log"] if entry["snapshot-id"] in made)


def _partitions(spark: SparkSession, full_name: str, small_bytes: int, is_partitioned: bool) -> tuple[PartitionFiles, ...]:
    partition = "to_json(partition)" if is_partitioned else "CAST(NULL AS STRING)"
    rows: list[Any] = spark.sql(
        f"SELECT {partition} AS value, count_if(content = {DATA}) AS files, count_if(content = {DATA} AND file_size_in_bytes < {small_bytes}) AS small_files, "
        f"count_if(content <> {DATA}) AS delete_files, sum(file_size_in_bytes) AS bytes FROM {full_name}.files GROUP BY 1").collect()
    return tuple(sorted((PartitionFiles(**row.asDict()) for row in rows), key=lambda partition: partition.value or ""))

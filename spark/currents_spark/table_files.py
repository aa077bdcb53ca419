"""What a table is made of, from its metadata: no row is read."""

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
    """The current snapshot. `partitions` by value; `data_manifests`: bytes of each; `older_snapshots`: when each but the current one was made, epoch ms."""

    partitions: tuple[PartitionFiles, ...]
    data_manifests: tuple[int, ...]
    manifests: int
    older_snapshots: tuple[int, ...]

    def figures(self) -> dict[str, int]:
        """Numbers of data files, delete files and manifests, and the bytes of data and delete files together."""
        totals = {name: sum(getattr(partition, name) for partition in self.partitions) for name in ("files", "delete_files", "bytes")}
        return {**totals, "manifests": self.manifests}


def table_state(spark: SparkSession, full_name: str, small_bytes: int) -> TableState:
    """One query; the rest is asked of Iceberg, since each query on a metadata table takes as long as all of that. `small_bytes`: below it a data file is small."""
    table = fresh_table(spark, full_name)
    current = table.currentSnapshot()
    manifests = list(current.allManifests(table.io())) if current else []
    return TableState(
        partitions=_partitions(spark, full_name, small_bytes, any(spec.isPartitioned() for spec in table.specs().values())),
        data_manifests=tuple(manifest.length() for manifest in manifests if manifest.content().id() == DATA),
        manifests=len(manifests),
        older_snapshots=tuple(snapshot.timestampMillis() for snapshot in table.snapshots() if snapshot.snapshotId() != current.snapshotId()) if current else (),
    )


def _partitions(spark: SparkSession, full_name: str, small_bytes: int, is_partitioned: bool) -> tuple[PartitionFiles, ...]:
    partition = "to_json(partition)" if is_partitioned else "CAST(NULL AS STRING)"
    rows: list[Any] = spark.sql(
        f"SELECT {partition} AS value, count_if(content = {DATA}) AS files, count_if(content = {DATA} AND file_size_in_bytes < {small_bytes}) AS small_files, "
        f"count_if(content <> {DATA}) AS delete_files, sum(file_size_in_bytes) AS bytes FROM {full_name}.files GROUP BY 1").collect()
    return tuple(sorted((PartitionFiles(**row.asDict()) for row in rows), key=lambda partition: partition.value or ""))

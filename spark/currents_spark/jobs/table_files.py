"""What a table is made of, from its metadata: no row is read."""

import json
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.tables.catalog_tables import fresh_table

DATA = 0


@dataclass(frozen=True)
class PartitionFiles:
    """`value`: the partition as JSON, null when the table has none. `settled_small_files`: see Settled."""

    value: str | None
    files: int
    small_files: int
    settled_small_files: int
    delete_files: int
    bytes: int


@dataclass(frozen=True)
class Settled:
    """
    Files that live runs have left behind them: their newest value of the column, a timestamp, is so much
    older than the table's.
    """

    column: str
    minutes: int


@dataclass(frozen=True)
class TableState:
    """
    The current snapshot. `partitions` by value; `data_manifests`: bytes of each; `older_snapshots`: when each
    but the current one was made, epoch ms; `log`: of each that was current, oldest first, since when it was,
    and when it was made. `settled_until`: the newest value that a settled file may have, epoch microseconds;
    null where the table lacks the column.
    """

    partitions: tuple[PartitionFiles, ...]
    data_manifests: tuple[int, ...]
    manifests: int
    older_snapshots: tuple[int, ...]
    log: tuple[tuple[int, int], ...]
    settled_until: int | None = None

    def figures(self) -> dict[str, int]:
        """
        Numbers of data files, delete files and manifests, and the bytes of data and delete files together.
        """
        totals = {
            name: sum(getattr(partition, name) for partition in self.partitions)
            for name in ("files", "delete_files", "bytes")
        }
        return {**totals, "manifests": self.manifests}

    def needed_since_ms(self, at_ms: int) -> int:
        """
        Snapshots made before it had all been replaced at the moment: when the oldest was made that was
        current then or later. 0, so that all are needed, where the log does not reach back so far.
        """
        at = [made_ms for since_ms, made_ms in self.log if since_ms <= at_ms][-1:]
        later = [made_ms for since_ms, made_ms in self.log if since_ms > at_ms]
        return min([*at, *later]) if at else 0


def table_state(
    spark: SparkSession, full_name: str, small_bytes: int, settled: Settled | None = None
) -> TableState:
    """
    One query; the rest is asked of Iceberg, since each query on a metadata table takes as long as all of
    that. `small_bytes`: below it a data file is small.
    """
    table = fresh_table(spark, full_name)
    current = table.currentSnapshot()
    manifests = list(current.allManifests(table.io())) if current else []
    older_snapshots, log = _snapshots(spark, table)
    partitions, settled_until = _partitions(spark, table, full_name, small_bytes, settled)
    return TableState(
        partitions=partitions,
        data_manifests=tuple(manifest.length() for manifest in manifests if manifest.content().id() == DATA),
        manifests=len(manifests),
        older_snapshots=older_snapshots,
        log=log,
        settled_until=settled_until,
    )


def _snapshots(spark: SparkSession, table: Any) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Of thousands of snapshots: asking for each one's dates by itself is a round trip each."""
    jvm: Any = spark.sparkContext._jvm
    metadata = json.loads(jvm.org.apache.iceberg.TableMetadataParser.toJson(table.operations().current()))
    made = {snapshot["snapshot-id"]: snapshot["timestamp-ms"] for snapshot in metadata["snapshots"]}
    older = tuple(made_ms for key, made_ms in made.items() if key != metadata["current-snapshot-id"])
    return older, tuple(
        (entry["timestamp-ms"], made[entry["snapshot-id"]])
        for entry in metadata["snapshot-log"]
        if entry["snapshot-id"] in made
    )


def _newest_in_file(table: Any, settled: Settled | None) -> str:
    """
    Of a timestamp column, in epoch microseconds, as its bytes say: `readable_metrics` is null when one of its
    bounds alone is asked for (Iceberg 1.12.0).
    """
    field = table.schema().findField(settled.column) if settled else None
    if field is None:
        return "CAST(NULL AS BIGINT)"
    return f"CAST(conv(array_join(reverse(regexp_extract_all(hex(upper_bounds[{field.fieldId()}]), '(..)')), ''), 16, 10) AS BIGINT)"


def _partitions(
    spark: SparkSession, table: Any, full_name: str, small_bytes: int, settled: Settled | None
) -> tuple[tuple[PartitionFiles, ...], int | None]:
    """And the newest value that a settled file may have."""
    partition = (
        "to_json(partition)"
        if any(spec.isPartitioned() for spec in table.specs().values())
        else "CAST(NULL AS STRING)"
    )
    small = f"content = {DATA} AND file_size_in_bytes < {small_bytes}"
    rows: list[Any] = spark.sql(
        f"SELECT value, count_if(content = {DATA}) AS files, count_if({small}) AS small_files, count_if({small} AND newest <= until) AS settled_small_files, "
        f"count_if(content <> {DATA}) AS delete_files, sum(file_size_in_bytes) AS bytes, max(until) AS until "
        f"FROM (SELECT *, max(newest) OVER () - {settled.minutes * 60_000_000 if settled else 0} AS until "
        f"FROM (SELECT content, file_size_in_bytes, {partition} AS value, {_newest_in_file(table, settled)} AS newest FROM {full_name}.files)) GROUP BY value"
    ).collect()
    found = [row.asDict() for row in rows]
    until = next((row["until"] for row in found), None)
    partitions = (
        PartitionFiles(**{name: row[name] for name in PartitionFiles.__dataclass_fields__}) for row in found
    )
    return tuple(sorted(partitions, key=lambda each: each.value or "")), until

"""
Iceberg tables of the job's branch: created when absent, asked about their files without a Spark job, appended
to.
"""

from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.runner.jvm_names import iceberg_names
from currents_spark.runner.session import CATALOG

# `delete-after-commit` stays off: other branches share the older metadata files.
TABLE_PROPERTIES = {
    "format-version": "2",
    "write.merge.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.delete.mode": "merge-on-read",
    "write.distribution-mode": "none",
    "write.merge.distribution-mode": "none",
    "write.spark.fanout.enabled": "true",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.previous-versions-max": "20",
    "write.metadata.delete-after-commit.enabled": "false",
    "commit.manifest.min-count-to-merge": "24",
}
SMALL_WRITE_ROWS = 200_000
# Iceberg gives up pruning by longer IN lists.
IN_LIST_LIMIT = 200


@dataclass(frozen=True)
class TableDefinition:
    """A table as data: name with namespace, columns as (name, Spark type), optional partition column."""

    name: str
    columns: tuple[tuple[str, str], ...]
    partitioned_by: str | None = None

    @property
    def column_names(self) -> list[str]:
        return [name for name, _ in self.columns]

    def create_statement(self) -> str:
        columns = ", ".join(f"`{name}` {kind}" for name, kind in self.columns)
        partition = f"PARTITIONED BY (`{self.partitioned_by}`)" if self.partitioned_by else ""
        properties = ", ".join(f"'{key}'='{value}'" for key, value in TABLE_PROPERTIES.items())
        return f"CREATE TABLE IF NOT EXISTS {CATALOG}.{self.name} ({columns}) USING iceberg {partition} TBLPROPERTIES ({properties})"


def missing_tables(spark: SparkSession, definitions: tuple[TableDefinition, ...]) -> list[TableDefinition]:
    """Those that the branch lacks; makes their namespaces. One listing per namespace."""
    namespaces = {row.namespace for row in spark.sql(f"SHOW NAMESPACES IN {CATALOG}").collect()}
    present: set[str] = set()
    for namespace in sorted({definition.name.split(".")[0] for definition in definitions}):
        if namespace not in namespaces:
            spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.{namespace}")
        else:
            present.update(
                f"{namespace}.{row.tableName}"
                for row in spark.sql(f"SHOW TABLES IN {CATALOG}.{namespace}").collect()
            )
    return [definition for definition in definitions if definition.name not in present]


class LakeTable:
    """
    One table of the branch, pinned to the snapshot it had when this was made; `is_changed` by the job itself
    before.
    """

    def __init__(self, spark: SparkSession, definition: TableDefinition, *, is_changed: bool = False) -> None:
        self.definition = definition
        self._spark = spark
        self._names = iceberg_names(spark.sparkContext)
        self._table = self._names.spark_util.loadIcebergTable(spark._jsparkSession, self.full_name)
        if is_changed:
            self._table.refresh()
        snapshot = self._table.currentSnapshot()
        self.snapshot_id: int | None = None if snapshot is None else snapshot.snapshotId()

    @property
    def full_name(self) -> str:
        return f"{CATALOG}.{self.definition.name}"

    def may_hold(self, **values: Any) -> bool:
        """
        False when file statistics prove that no row has every named column among its values; True means
        "look".

        Reads manifests only, which costs milliseconds where a Spark scan costs a second. A `(low, high)`
        tuple stands for a closed range, None for null.
        """
        if self.snapshot_id is None:
            return False
        scan = self._table.newScan().useSnapshot(self.snapshot_id)
        for column, wanted in values.items():
            scan = scan.filter(self._expression(column, wanted))
        files = scan.planFiles()
        try:
            return bool(files.iterator().hasNext())
        finally:
            files.close()

    def _expression(self, column: str, wanted: Any) -> Any:
        expressions = self._names.expressions
        if wanted is None:
            return expressions.isNull(column)
        if isinstance(wanted, tuple):
            low, high = wanted
            return getattr(expressions, "and")(
                expressions.greaterThanOrEqual(column, low), expressions.lessThanOrEqual(column, high)
            )
        values = self._names.list()
        for value in wanted:
            values.add(value)
        return getattr(expressions, "in")(column, values)

    def read(self) -> DataFrame:
        """The pinned snapshot's rows, whatever is appended meanwhile."""
        reader = self._spark.read
        if self.snapshot_id is not None:
            reader = reader.option("snapshot-id", self.snapshot_id)
        return reader.table(self.full_name)

    def appended(self) -> DataFrame:
        """Rows that were appended since this was pinned, by appends alone."""
        self._table.refresh()
        last = self._table.currentSnapshot().snapshotId()
        if self.snapshot_id is None:
            return self._spark.read.option("snapshot-id", last).table(self.full_name)
        return (
            self._spark.read.option("start-snapshot-id", self.snapshot_id)
            .option("end-snapshot-id", last)
            .table(self.full_name)
        )

    def append(self, rows: DataFrame, count: int) -> None:
        """Appends in one commit; a small batch makes a single file per partition."""
        narrow = rows.select(*self.definition.column_names)
        (narrow.coalesce(1) if count <= SMALL_WRITE_ROWS else narrow).writeTo(self.full_name).append()

    def overwrite(self, rows: DataFrame) -> None:
        """Replaces all rows in one commit; `rows` must not be read from this table's files any more."""
        rows.select(*self.definition.column_names).coalesce(1).writeTo(self.full_name).overwrite(F.lit(True))

"""
Iceberg tables of the job's branch: read as declared, appended to, and asked about their files without a Spark
job.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.runner.jvm_names import iceberg_names
from currents_spark.runner.session import CATALOG
from currents_spark.tables.evolution import (
    Columns,
    apply_changes,
    changes_between,
    check_additive,
    columns_in,
    comments_to_set,
    reading_columns,
    set_comments,
)
from currents_spark.tables.table_definition import TableDefinition

SMALL_WRITE_ROWS = 200_000
# Iceberg gives up pruning by longer IN lists.
IN_LIST_LIMIT = 200


@dataclass(frozen=True)
class AnyOf:
    """Closed ranges of a column's values; a value lies in any of them."""

    ranges: tuple[tuple[Any, Any], ...]


class LakeTable:
    """
    One table of the branch, pinned to the snapshot it had when this was made; `is_changed` by the job itself
    before. Declared columns and comments that the table is missing are added first, where the merge
    `may_alter` the table.
    """

    def __init__(
        self,
        spark: SparkSession,
        definition: TableDefinition,
        *,
        is_changed: bool = False,
        may_alter: bool = True,
    ) -> None:
        self.definition = definition
        self._spark = spark
        self._names = iceberg_names(spark.sparkContext)
        self._table = self._names.spark_util.loadIcebergTable(spark._jsparkSession, self.full_name)
        if is_changed:
            self._table.refresh()
        found = columns_in(spark, self._table.schema())
        self.changes = changes_between(definition, found)
        check_additive(self.changes)
        if may_alter:
            self._bring_up_to_date(found)
        snapshot = self._table.currentSnapshot()
        self.snapshot_id: int | None = None if snapshot is None else snapshot.snapshotId()
        self._reading = reading_columns(definition, self._columns_of(snapshot, found))

    def _bring_up_to_date(self, found: Columns) -> None:
        if self.changes:
            apply_changes(self._spark, self.changes)
            self._table.refresh()
        comments = comments_to_set(self.definition, found)
        if comments:
            set_comments(self._table, comments)

    @property
    def full_name(self) -> str:
        return f"{CATALOG}.{self.definition.name}"

    def figures(self, *names: str) -> tuple[int, ...]:
        """Numbers of the pinned snapshot's summary, such as `total-records`; none where there is no snapshot."""
        if self.snapshot_id is None:
            return ()
        summary = self._table.snapshot(self.snapshot_id).summary()
        return tuple(int(summary.get(name)) for name in names)

    def may_hold(self, **values: Any) -> bool:
        """
        False when file statistics prove that no row has every named column among its values; True means
        "look".

        Reads manifests only, which costs milliseconds where a Spark scan costs a second. A `(low, high)`
        tuple stands for a closed range, AnyOf for several, None for null.
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
            return self._between(column, *wanted)
        if isinstance(wanted, AnyOf):
            ranges = [self._between(column, *each) for each in wanted.ranges]
            return reduce(getattr(expressions, "or"), ranges, expressions.alwaysFalse())
        values = self._names.list()
        for value in wanted:
            values.add(value)
        return getattr(expressions, "in")(column, values)

    def _between(self, column: str, low: Any, high: Any) -> Any:
        expressions = self._names.expressions
        return getattr(expressions, "and")(
            expressions.greaterThanOrEqual(column, low), expressions.lessThanOrEqual(column, high)
        )

    def read(self) -> DataFrame:
        """The pinned snapshot's rows, whatever is appended meanwhile."""
        reader = self._spark.read
        if self.snapshot_id is not None:
            reader = reader.option("snapshot-id", self.snapshot_id)
        rows = reader.table(self.full_name)
        return rows if self._reading is None else rows.selectExpr(*self._reading)

    def _columns_of(self, snapshot: Any, found: Columns) -> Columns:
        """A snapshot is read by the schema that the table had when it was made."""
        schema = self._table.schema()
        made_by = None if snapshot is None else snapshot.schemaId()
        if made_by is not None and made_by != schema.schemaId():
            return columns_in(self._spark, self._table.schemas().get(made_by))
        return columns_in(self._spark, schema) if self.changes else found

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

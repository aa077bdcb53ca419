"""
How a table of the branch differs from its declaration, and what is done about it.

Adding a column or widening one keeps every old row readable, so it is done on the branch and reaches main by
the run's merge. Any other change would lose or reinterpret existing rows: it is an error. Comments of columns
change no row: they are set as declared, beside whatever else is changed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from currents_spark.errors import SchemaChangeNotAdditiveError
from currents_spark.runner.jvm_names import iceberg_names
from currents_spark.runner.session import CATALOG
from currents_spark.tables.table_definition import TableDefinition

# Iceberg's own rules of type promotion.
WIDENINGS = {("int", "bigint"), ("float", "double")}

WAY_OUT = "Declare a new column under another name, or recreate the table by a rebuild on a branch"


@dataclass(frozen=True)
class Columns:
    """Columns of an Iceberg schema: `types` as Spark names them, `comments` of those that have one."""

    types: dict[str, str]
    comments: dict[str, str]


@dataclass(frozen=True)
class ColumnChange:
    """`found` None: the table is missing the column. `expected` None: no declaration has it."""

    table: str
    column: str
    found: str | None
    expected: str | None

    @property
    def is_additive(self) -> bool:
        return self.found is None or (self.found, self.expected) in WIDENINGS

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "is_additive": self.is_additive}

    def sentence(self) -> str:
        where = f"{self.table} column {self.column}"
        if self.expected is None:
            return f"{where}: expected no such column by the declaration, found {self.found}"
        return f"{where}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class PartitionChange(ColumnChange):
    """Rows lie by another column than the declared one. None: the table is not partitioned."""

    @property
    def is_additive(self) -> bool:
        return False

    def sentence(self) -> str:
        expected, found = (each or "none" for each in (self.expected, self.found))
        return f"{self.table}: expected it partitioned by {expected}, found {found}"


def columns_in(spark: SparkSession, schema: Any) -> Columns:
    """In one call: each one to the JVM is a round trip."""
    text = iceberg_names(spark.sparkContext).schema_util.convert(schema).json()
    fields = StructType.fromJson(json.loads(text)).fields
    return Columns(
        {field.name: field.dataType.simpleString() for field in fields},
        {field.name: field.metadata["comment"] for field in fields if "comment" in field.metadata},
    )


def changes_between(definition: TableDefinition, found: Columns) -> list[ColumnChange]:
    """In the order of the declaration; then the columns that it does not have."""
    declared, types = dict(definition.columns), found.types
    names = [*declared, *(name for name in types if name not in declared)]
    changes = (
        ColumnChange(definition.name, name, types.get(name), declared.get(name))
        for name in names
        if types.get(name) != declared.get(name)
    )
    return list(changes)


def comments_to_set(definition: TableDefinition, found: Columns) -> dict[str, str]:
    """Those of the declaration that the table does not have; others of the table stay."""
    return {name: text for name, text in definition.comments if found.comments.get(name) != text}


def set_comments(table: Any, comments: Mapping[str, str]) -> None:
    """One commit to an Iceberg table, whatever their number; Spark's own statement takes one column."""
    update = table.updateSchema()
    for name, text in comments.items():
        update = update.updateColumnDoc(name, text)
    update.commit()


def partition_change(definition: TableDefinition, table: Any) -> list[ColumnChange]:
    """
    How an Iceberg table's partition differs from its declaration. Iceberg could change it for new files, but
    queries and rewrites rely on one partition per day over all files.
    """
    fields = [(field.name(), field.transform().toString()) for field in table.spec().fields()]
    names = [name if transform == "identity" else f"{transform}({name})" for name, transform in fields]
    found = ", ".join(names) or None
    if found == definition.partitioned_by:
        return []
    return [PartitionChange(definition.name, "partition", found, definition.partitioned_by)]


def check_additive(changes: Iterable[ColumnChange]) -> None:
    """Raises SchemaChangeNotAdditiveError that names every other change."""
    rejected = [change for change in changes if not change.is_additive]
    if rejected:
        found = "; ".join(change.sentence() for change in rejected)
        raise SchemaChangeNotAdditiveError(f"{found}. {WAY_OUT}")


def apply_changes(spark: SparkSession, changes: Iterable[ColumnChange]) -> None:
    """Alters the table of the job's branch; `changes` are additive and of one table."""
    added = [change for change in changes if change.found is None]
    for change in changes:
        if change.found is not None:
            spark.sql(
                f"ALTER TABLE {CATALOG}.{change.table} ALTER COLUMN `{change.column}` TYPE {change.expected}"
            )
    if added:
        columns = ", ".join(f"`{change.column}` {change.expected}" for change in added)
        spark.sql(f"ALTER TABLE {CATALOG}.{added[0].table} ADD COLUMNS ({columns})")


def reading_columns(definition: TableDefinition, found: Columns) -> list[str] | None:
    """
    SQL texts that read rows of an older schema as the declaration has them: null for a column that is missing
    there. None where nothing differs.
    """
    if not changes_between(definition, found):
        return None
    return [
        f"`{name}`" if found.types.get(name) == kind else f"CAST({_value(name, found)} AS {kind}) AS `{name}`"
        for name, kind in definition.columns
    ]


def _value(name: str, found: Columns) -> str:
    return f"`{name}`" if name in found.types else "NULL"

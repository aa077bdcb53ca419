"""The first step of every job that writes."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.runner.session import CATALOG
from currents_spark.tables.catalog_tables import iceberg_table, table_names
from currents_spark.tables.evolution import (
    ColumnChange,
    Columns,
    changes_between,
    check_additive,
    columns_in,
    comments_to_set,
    partition_change,
)
from currents_spark.tables.lake import Lake
from currents_spark.tables.table_definition import TableDefinition

# Tables found as declared, by lake and declaration. A process looks at each of them once, and again in the
# runs that use it: declarations change with the code, and a process keeps its code.
_AS_DECLARED: set[tuple[str, TableDefinition]] = set()


def prepare_tables(lake: Lake, control: JobControl, definitions: tuple[TableDefinition, ...]) -> None:
    """
    Creates the tables that the branch is missing, and brings the others up to their declarations. Side by
    side, because each is mostly waiting; nothing is left to do the next time.
    """
    spark = lake.session
    with control.timed("prepare_tables"):
        missing = missing_tables(spark, definitions)
    create = {f"create_{definition.name}": partial(_create, spark, definition) for definition in missing}
    unchecked = [each for each in definitions if each not in missing and not _is_as_declared(lake, each)]
    rejected: list[ColumnChange] = []
    check = {
        f"check_{definition.name}": partial(_check, lake, definition, rejected) for definition in unchecked
    }
    control.in_parallel({**create, **check})
    check_additive(sorted(rejected, key=lambda change: (change.table, change.column)))


def missing_tables(spark: SparkSession, definitions: Iterable[TableDefinition]) -> list[TableDefinition]:
    """Those that the branch is missing; makes their namespaces. One listing per namespace."""
    wanted = list(definitions)
    namespaces = {row.namespace for row in spark.sql(f"SHOW NAMESPACES IN {CATALOG}").collect()}
    of_definitions = sorted({definition.name.split(".")[0] for definition in wanted})
    for namespace in of_definitions:
        if namespace not in namespaces:
            spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.{namespace}")
    present = table_names(spark, namespaces.intersection(of_definitions))
    return [definition for definition in wanted if definition.name not in present]


def pending_changes(spark: SparkSession, definitions: Iterable[TableDefinition]) -> list[ColumnChange]:
    """How the existing tables of the branch differ from their declarations; changes nothing."""
    wanted = list(definitions)
    present = table_names(spark, {definition.name.split(".")[0] for definition in wanted})
    return [
        change
        for definition in wanted
        if definition.name in present
        for change in _changes_of(definition, *_found(spark, definition))
    ]


def _found(spark: SparkSession, definition: TableDefinition) -> tuple[Any, Columns]:
    """Iceberg's table, and its columns."""
    table = iceberg_table(spark, definition.name)
    return table, columns_in(spark, table.schema())


def _changes_of(definition: TableDefinition, table: Any, found: Columns) -> list[ColumnChange]:
    return [*changes_between(definition, found), *partition_change(definition, table)]


def _create(spark: SparkSession, definition: TableDefinition) -> None:
    spark.sql(definition.create_statement())


def _check(lake: Lake, definition: TableDefinition, rejected: list[ColumnChange]) -> None:
    table, found = _found(lake.session, definition)
    changes = _changes_of(definition, table, found)
    rejected += [change for change in changes if not change.is_additive]
    differs = bool(changes or comments_to_set(definition, found))
    if differs and not rejected:
        lake.loaded(definition)
    if not differs:
        _AS_DECLARED.add((lake.identity, definition))


def _is_as_declared(lake: Lake, definition: TableDefinition) -> bool:
    return (lake.identity, definition) in _AS_DECLARED

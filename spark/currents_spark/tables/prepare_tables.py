"""The first step of every job that writes."""

from collections.abc import Iterable
from functools import partial

from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.runner.session import CATALOG
from currents_spark.tables.catalog_tables import iceberg_table, table_names
from currents_spark.tables.evolution import (
    ColumnChange,
    changes_between,
    check_additive,
    columns_in,
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
        for change in _changes_of(spark, definition)
    ]


def _changes_of(spark: SparkSession, definition: TableDefinition) -> list[ColumnChange]:
    table = iceberg_table(spark, definition.name)
    return [
        *changes_between(definition, columns_in(spark, table.schema())),
        *partition_change(definition, table),
    ]


def _create(spark: SparkSession, definition: TableDefinition) -> None:
    spark.sql(definition.create_statement())


def _check(lake: Lake, definition: TableDefinition, rejected: list[ColumnChange]) -> None:
    changes = _changes_of(lake.session, definition)
    rejected += [change for change in changes if not change.is_additive]
    if changes and not rejected:
        lake.loaded(definition)
    if not changes:
        _AS_DECLARED.add((lake.identity, definition))


def _is_as_declared(lake: Lake, definition: TableDefinition) -> bool:
    return (lake.identity, definition) in _AS_DECLARED

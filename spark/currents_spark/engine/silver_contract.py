"""What is agreed about one silver table: its columns, and the columns of other tables that they carry along."""

from dataclasses import dataclass

from currents_spark.tables.table_definition import TableDefinition

# (table, column)
Source = tuple[str, str]


@dataclass(frozen=True)
class SilverColumn:
    """`sources`: what it carries along; without one, silver computes it. `key`: place in the key, from 1."""

    name: str
    type: str
    comment: str
    sources: tuple[Source, ...] = ()
    key: int | None = None
    is_partition: bool = False


@dataclass(frozen=True)
class SilverContract:
    """`columns` in the table's order."""

    table: str
    columns: tuple[SilverColumn, ...]

    @property
    def definition(self) -> TableDefinition:
        partition = next((column.name for column in self.columns if column.is_partition), None)
        return TableDefinition(
            self.table,
            tuple((column.name, column.type) for column in self.columns),
            partition,
            tuple((column.name, column.comment) for column in self.columns),
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The time first."""
        keys = [column for column in self.columns if column.key is not None]
        return tuple(column.name for column in sorted(keys, key=lambda column: column.key or 0))

    def carried_from(self, table: str) -> dict[str, str]:
        """Columns that are no part of the key, and what each is called in that table."""
        return {
            column.name: field
            for column in self.columns
            if column.key is None
            for source, field in column.sources
            if source == table
        }

"""
A silver table as data: which feeds make it, what identifies a row, and what a chosen version adds to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyspark.sql import DataFrame

from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import Feed
from currents_spark.tables.table_definition import TableDefinition


@dataclass(frozen=True)
class SilverPart:
    """
    What one feed adds to a silver row. `columns` maps silver names to fields of the version; `present` names
    a silver column that is only filled where the part is there. `eligible` and `preference` (SQL text over
    bronze rows) tell which version may be chosen and which is preferred. `counted_in`: a BIGINT column for
    the number of bronze rows of the key.
    """

    feed: Feed
    columns: dict[str, str]
    present: str
    eligible: str = "true"
    preference: str = "0"
    counted_in: str | None = None


@dataclass(frozen=True)
class Enrichment:
    """
    Columns that a reference table adds to silver rows. `join` adds them and `is_known`; the table's rows are
    None while none have been loaded. `id` names the column whose unknown values a run reports.
    """

    reference: TableDefinition
    join: Callable[[DataFrame, DataFrame | None], DataFrame]
    id: str


@dataclass(frozen=True)
class SilverTable:
    """
    `ids` identify a row beside its event time. A column that several parts fill comes from the first that is
    there. `derived`: columns made from the key, as SQL text; `concluded`: from the row's other columns, and where
    it `compares`, from the other rows of the same period by window functions.
    """

    definition: TableDefinition
    clock: Clock
    ids: tuple[str, ...]
    parts: tuple[SilverPart, ...]
    derived: dict[str, str] = field(default_factory=dict)
    concluded: dict[str, str] = field(default_factory=dict)
    compares: bool = False
    enrichment: Enrichment | None = None

    @property
    def key(self) -> list[str]:
        return [self.clock.column, *self.ids]

    @property
    def grain(self) -> list[str]:
        """
        The key with the partition date, which follows from it: tells Spark that rows of one date need no
        other date.
        """
        return [self.clock.partition, *self.key]

    @property
    def text_ids(self) -> list[str]:
        types = dict(self.definition.columns)
        return [name for name in self.ids if types[name] == "string"]

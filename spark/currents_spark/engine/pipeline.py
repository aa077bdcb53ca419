"""A pipeline's declaration for the engine. Its package's `definition.py` names one as PIPELINE."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import FILE_LINE, OFFSET, Feed, FeedColumn, MessageFormat, OriginColumn
from currents_spark.engine.fold import Fold
from currents_spark.engine.silver_table import SilverTable
from currents_spark.tables.ops_tables import OpsTables, ops_tables
from currents_spark.tables.table_definition import TableDefinition

# The name becomes a namespace of the lake and part of SQL text.
NAME = re.compile(r"[a-z][a-z0-9_]*")
_AFTER_ORIGIN = (
    OriginColumn("extra", "map<string,string>", "extra", "Further columns of the source, as text"),
    OriginColumn("topic", "string", "topic", "Kafka topic of the record"),
    OriginColumn("partition", "int", "partition", "Kafka partition of the record"),
    OriginColumn("offset", "bigint", "offset", "Kafka offset of the record"),
    OriginColumn("ingested_at", "timestamp", "ingested_at", "When the record was first taken in"),
    OriginColumn("run_id", "string", "run_id", "Run that wrote the row"),
)


@dataclass(frozen=True)
class Pipeline:
    """
    `jobs`: the pipeline's own job kinds, by name, as classes that are made from (spark, spec, control,
    pipeline); reference tables are loaded by them.
    """

    name: str
    clock: Clock
    feeds: tuple[Feed, ...]
    silver_tables: tuple[SilverTable, ...] = ()
    folds: tuple[Fold, ...] = ()
    reference_tables: tuple[TableDefinition, ...] = ()
    jobs: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = (
            [] if NAME.fullmatch(self.name) else [f"name: expected {NAME.pattern}, found {self.name!r}"]
        )
        for feed in self.feeds:
            known = {self.clock.column, *(column.name for column in feed.keys)}
            unknown = sorted(set(feed.identity_columns) - known)
            if feed.identity not in (FILE_LINE, OFFSET) and unknown:
                problems.append(
                    f"{feed.topic}: expected an identity of keys and {self.clock.column}, "
                    f"found {', '.join(unknown)}"
                )
        problems += _with_two_types(self)
        if problems:
            raise ValueError(f"pipeline {self.name}: {'; '.join(problems)}")

    @cached_property
    def feed_of_topic(self) -> dict[str, Feed]:
        return {feed.topic: feed for feed in self.feeds}

    @cached_property
    def field_types(self) -> dict[str, str]:
        """Typed columns of all feeds: their records are parsed by one schema, all topics in one pass."""
        columns = {column.name: column.type for feed in self.feeds for column in feed.typed_columns}
        return {self.clock.column: self.clock.type, **columns}

    @cached_property
    def bronze(self) -> dict[str, TableDefinition]:
        """By topic."""
        return {feed.topic: bronze_table(self.clock, feed) for feed in self.feeds}

    @cached_property
    def topics_with_silver(self) -> set[str]:
        return {part.feed.topic for silver in self.silver_tables for part in silver.parts}

    @cached_property
    def ops(self) -> OpsTables:
        return ops_tables(self.name)

    @cached_property
    def tables(self) -> tuple[TableDefinition, ...]:
        """Every table that the pipeline's Spark jobs write."""
        silver = (silver.definition for silver in self.silver_tables)
        folded = (table for fold in self.folds for table in (fold.result, fold.state))
        return (*self.bronze.values(), *silver, *folded, *self.reference_tables, *self.ops.all)

    @property
    def step_s(self) -> int:
        """The shortest period where event times name the ends of periods, else 0."""
        return min(feed.period_s for feed in self.feeds) if self.clock.names_end else 0

    def by_format(self, text: Callable[[MessageFormat], str]) -> str:
        """SQL text that differs by message format: one expression where all feeds have the same."""
        topics: dict[MessageFormat, list[str]] = {}
        for feed in self.feeds:
            topics.setdefault(feed.message, []).append(f"'{feed.topic}'")
        if len(topics) == 1:
            return text(next(iter(topics)))
        cases = (f"WHEN feed IN ({', '.join(names)}) THEN {text(each)}" for each, names in topics.items())
        return f"CASE {' '.join(cases)} END"


def _with_two_types(pipeline: Pipeline) -> list[str]:
    return [
        f"{feed.topic}.{column.name}: expected {pipeline.field_types[column.name]}, as other feeds have the "
        f"column, found {column.type}"
        for feed in pipeline.feeds
        for column in feed.typed_columns
        if column.type != pipeline.field_types[column.name]
    ]


def bronze_table(clock: Clock, feed: Feed) -> TableDefinition:
    """One typed row per message, with the fields that have no column of their own in `extra`."""
    day = f"Day of {clock.column} on the pipeline's clock; the table is partitioned by it"
    times = (
        FeedColumn(clock.partition, clock.partition, "date", comment=day),
        FeedColumn(feed.time, clock.column, clock.type, comment=feed.time_comment),
    )
    columns = (*times, *feed.columns, *feed.message.origin, *_AFTER_ORIGIN)
    return TableDefinition(
        feed.bronze,
        tuple((column.name, column.type) for column in columns),
        clock.partition,
        tuple((column.name, column.comment) for column in columns if column.comment),
    )

"""A pipeline's declaration of one topic: the column of each field, and the identity of a record."""

from dataclasses import dataclass
from typing import Protocol

DLQ_SUFFIX = ".dlq"
# Identities of a record: the line of a file, or the coordinates that Kafka gave it.
FILE_LINE = "fileLine"
OFFSET = "offset"
Identity = str | tuple[str, ...]
# (condition, reason, rule) as SQL text.
Rule = tuple[str, str, str]


@dataclass(frozen=True)
class FeedColumn:
    """
    `source` as the publisher names it; `name` and `type` as bronze has it, with `comment`. A number below
    `minimum` or above `maximum` is rejected.

    Types: `string`, `double`, `int`, `bigint`, `boolean`, `timestamp`, `timestamp_ntz`.
    """

    source: str
    name: str
    type: str
    comment: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_limited(self) -> bool:
        return self.minimum is not None or self.maximum is not None

    @property
    def range_rule(self) -> str:
        """Name of the rule for its limits, as dead letters give it."""
        limits = [
            f"{word}_{limit:g}"
            for word, limit in (("at_least", self.minimum), ("at_most", self.maximum))
            if limit is not None
        ]
        return f"{'_'.join(limits)}:{self.source}"


@dataclass(frozen=True)
class OriginColumn:
    """A bronze column with a record's origin; `sql` makes it from the judged batch (see shape)."""

    name: str
    type: str
    sql: str
    comment: str = ""


class MessageFormat(Protocol):
    """
    How messages of a topic, their times and their origin are read. All texts are SQL: those of `parse`,
    `time` and the rules over messages of texts (see text_records), the others over the judged batch.
    """

    @property
    def is_typed(self) -> bool:
        """Whether messages of today have typed values (see row_records); else all are texts."""

    @property
    def names_schemas(self) -> bool:
        """Whether messages may name the schema of a registry (see schema_ids)."""

    @property
    def time_rule(self) -> str:
        """Name of the rule for times, as dead letters give it."""

    @property
    def own_columns(self) -> tuple[FeedColumn, ...]:
        """Typed columns that the format adds to the feed's own."""

    @property
    def origin(self) -> tuple[OriginColumn, ...]:
        """Bronze columns of the format's own."""

    @property
    def content(self) -> tuple[str, ...]:
        """Origin columns that distinguish a correction from a repeat, as the measures do."""

    @property
    def ranks(self) -> tuple[tuple[str, str], ...]:
        """(name, SQL over bronze): the version rule; the greatest wins."""

    @property
    def carried(self) -> tuple[str, ...]:
        """Bronze columns that a chosen version offers to silver beside keys and measures."""

    @property
    def rules_before(self) -> tuple[Rule, ...]:
        """Rules for texts that come before those of time, keys and measures."""

    @property
    def rules_after(self) -> tuple[Rule, ...]:
        """Rules for texts that come after them."""

    def parse(self, payload: str) -> str:
        """A message of texts as a struct of message.FIELDS."""

    def time(self, text: str) -> str:
        """The time that a text names; null for an invalid text."""

    def ingested_at(self) -> str:
        """Time of ingestion of a message of texts."""

    def extra(self, known: str) -> str:
        """Texts outside the contract; `known`: SQL list of the fields that have a column."""

    def sample(self, feed: "Feed", time_column: str, number: int) -> "Sample":
        """A made-up record that every rule accepts; a new event time for each number."""


@dataclass(frozen=True)
class Sample:
    """Value and headers of a Kafka record."""

    value: dict[str, object]
    headers: dict[str, str]


@dataclass(frozen=True)
class Feed:
    """
    One data topic. `time` is the field of the event time; `keys` identify a row beside it, and must be there.
    `measures` may be null; `required` ones only where the file is missing the column. `counted_as` names the
    feed's account in refine_counts: the silver table it makes, or its bronze table.

    `allowed`: fields with the only texts that each may have.

    `identity`: FILE_LINE, OFFSET, or names of bronze columns (keys, or the clock's event time). A record
    whose identity bronze already has counts as redelivered. `period_minutes`: see Clock. `is_touching`:
    whether its rows count in what the run reports as touched. `time_comment`: what the event time means.
    """

    topic: str
    bronze: str
    time: str
    keys: tuple[FeedColumn, ...]
    measures: tuple[FeedColumn, ...]
    counted_as: str
    message: MessageFormat
    required: tuple[str, ...] = ()
    allowed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    identity: Identity = FILE_LINE
    period_minutes: int = 60
    is_touching: bool = True
    time_comment: str = ""

    @property
    def columns(self) -> tuple[FeedColumn, ...]:
        return (*self.keys, *self.measures)

    @property
    def typed_columns(self) -> tuple[FeedColumn, ...]:
        """What a message of the feed has typed values for, its time excepted."""
        return (*self.columns, *self.message.own_columns)

    @property
    def judged_words(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Those of `allowed` that messages of texts are held to: files were before they were published."""
        return () if self.message.is_typed else self.allowed

    @property
    def contract_fields(self) -> list[str]:
        """Fields that have a typed bronze column; the others go to `extra`."""
        return [self.time, *(column.source for column in self.typed_columns)]

    @property
    def period_s(self) -> int:
        return self.period_minutes * 60

    @property
    def identity_columns(self) -> list[str]:
        """Bronze columns."""
        if self.identity == FILE_LINE:
            return ["source_sha256", "source_line"]
        if self.identity == OFFSET:
            return ["topic", "partition", "offset"]
        return list(self.identity)

    def sources(self, *types: str) -> list[str]:
        return [column.source for column in self.columns if column.type in types]


def columns_of(text: str) -> tuple[FeedColumn, ...]:
    """One column a line: source, name and type."""
    return tuple(FeedColumn(*line.split()) for line in text.splitlines() if line.strip())

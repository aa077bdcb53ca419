"""A pipeline's declaration of one topic: the column of each field, and the identity of a record."""

from dataclasses import dataclass
from typing import Protocol

DLQ_SUFFIX = ".dlq"
# Identities of a record: the line of a file, or the coordinates that Kafka gave it.
FILE_LINE = "fileLine"
OFFSET = "offset"
Identity = str | tuple[str, ...]
# (condition, reason, rule) as SQL text over `message`, `columns` and `event_time`.
Rule = tuple[str, str, str]


@dataclass(frozen=True)
class FeedColumn:
    """`source` as the message names it; `name` and `type` as bronze has it.

    Types: `string`, `double`, `int`, `bigint`, `boolean`."""

    source: str
    name: str
    type: str


@dataclass(frozen=True)
class OriginColumn:
    """A bronze column with a record's origin; `sql` makes it from the judged batch."""

    name: str
    type: str
    sql: str


class MessageFormat(Protocol):
    """How the messages of a topic and their origin are read. All texts are SQL."""

    @property
    def time_rule(self) -> str:
        """Name of the rule for times, as dead letters give it."""

    @property
    def own_fields(self) -> tuple[str, ...]:
        """Fields that have a bronze column of the format's own."""

    @property
    def origin(self) -> tuple[OriginColumn, ...]:
        """Bronze columns of the format's own."""

    @property
    def ingested_at(self) -> str:
        """Time of ingestion of the record."""

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
        """Rules that come before those of time, keys and measures."""

    @property
    def rules_after(self) -> tuple[Rule, ...]:
        """Rules that come after them."""

    def parse(self, payload: str) -> str:
        """The message as a struct of message.FIELDS."""

    def time(self, text: str) -> str:
        """The event time; null for an invalid text."""

    def sample(self, feed: "Feed", number: int) -> dict[str, object]:
        """A made-up message that every rule accepts; a new event time for each number."""


@dataclass(frozen=True)
class Feed:
    """
    One data topic. `time` is the field of the event time; `keys` identify a row beside it, and must be there.
    `measures` may be null; `required` ones only where the file is missing the column. `counted_as` names the
    feed's account in refine_counts: the silver table it makes, or its bronze table.

    `identity`: FILE_LINE, OFFSET, or names of bronze columns (keys, or the clock's event time). A record
    whose identity bronze already has counts as redelivered. `period_minutes`: see Clock. `is_touching`:
    whether its rows count in what the run reports as touched.
    """

    topic: str
    bronze: str
    time: str
    keys: tuple[FeedColumn, ...]
    measures: tuple[FeedColumn, ...]
    counted_as: str
    message: MessageFormat
    required: tuple[str, ...] = ()
    identity: Identity = FILE_LINE
    period_minutes: int = 60
    is_touching: bool = True

    @property
    def columns(self) -> tuple[FeedColumn, ...]:
        return (*self.keys, *self.measures)

    @property
    def contract_fields(self) -> list[str]:
        """Fields that have a typed bronze column; the others go to `extra`."""
        return [self.time, *self.message.own_fields, *(column.source for column in self.columns)]

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

"""What a pipeline concludes from a feed's new records, key by key, with a state that is kept between runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from currents_spark.engine.feed import Feed
from currents_spark.tables.table_definition import TableDefinition

# Columns that the engine adds to the state table beside the key and those of `kept`.
STATE_COLUMNS = (
    ("version", "bigint"),
    ("ask_at", "timestamp"),
    ("state", "binary"),
    ("run_id", "string"),
)


class Folded(NamedTuple):
    """
    What a step returns: the new state, when to ask again although nothing comes, and rows in the order of the
    fold's `fields`.
    """

    state: bytes
    ask_at: datetime | None
    rows: list[tuple[Any, ...]]


Step = Callable[[str, bytes | None, dict[str, list[Any]], float], Folded]


@dataclass(frozen=True)
class Fold:
    """
    `step` is called with a key, its state (None at first), its samples and the time (see FoldStep); for each
    key with new records, and for each that asked for it by then. It runs on Spark's workers, so it must need
    nothing but its own package.

    `samples`: SQL over bronze by name; a list for each reaches the step, in the order of arrival. Of records
    with the same `slot` (SQL) only the first is taken: it must be one that the step passes over anyway, as a
    record that brings nothing later. `kept`: bronze columns of the key's newest record, as `result` has them.

    `result` has the columns of `fields` (those that the step returns), of `kept` and of `derived` (SQL over
    the others), and `run_id`; a row replaces the one with the same `result_key` and `partitioned_by`.
    """

    feed: Feed
    key: str
    samples: dict[str, str]
    slot: str
    kept: tuple[str, ...]
    step: Step
    state: TableDefinition
    result: TableDefinition
    result_key: str
    fields: tuple[tuple[str, str], ...]
    derived: dict[str, str]


def state_table(
    name: str, key: str, kept: tuple[tuple[str, str], ...], comments: tuple[tuple[str, str], ...]
) -> TableDefinition:
    """
    A row for each key and version; the greatest version counts. A run appends the states that it changed, so
    that it writes no more than that; now and then it writes the whole table again.
    """
    return TableDefinition(name, ((key, "string"), *kept, *STATE_COLUMNS), comments=comments)

"""What is agreed about one stream: one topic, one bronze table, and the typed columns of both."""

from dataclasses import dataclass

from currents_spark.engine.feed import Identity


def comment_of(description: str, unit: str | None) -> str:
    """What a column of the lake says of itself."""
    return description if unit is None else f"{description} ({unit})"


@dataclass(frozen=True)
class ContractColumn:
    """
    `source` as the source names it; `name` and `type` as bronze has it. `key`: place in the identity.
    `minimum`, `maximum`: the possible values of a number.
    """

    source: str
    name: str
    type: str
    description: str
    unit: str | None = None
    is_required: bool = False
    may_be_absent: bool = False
    key: int | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def comment(self) -> str:
        """For the table's column."""
        return comment_of(self.description, self.unit)


@dataclass(frozen=True)
class StreamContract:
    """
    One topic and its bronze table. `columns` in the table's order. `version_order`: columns that decide
    between versions of a row, of the contract or of a record's origin, the first one first. A row's time may
    lie `future_tolerance_s` after its record was made, and `past_tolerance_s` before; None for no limit.
    """

    topic: str
    bronze: str
    columns: tuple[ContractColumn, ...]
    time: ContractColumn
    partition: str
    identity: Identity
    version_order: tuple[str, ...]
    period_minutes: int
    counted_as: str
    is_touching: bool
    future_tolerance_s: int | None = None
    past_tolerance_s: int | None = None

    @property
    def last_changed(self) -> ContractColumn | None:
        """The typed column that orders versions, before those of a record's origin."""
        return next((column for column in self.columns if column.name == self.version_order[0]), None)

    @property
    def keys(self) -> tuple[ContractColumn, ...]:
        """Beside the time."""
        keys = (column for column in self.columns if column.key is not None and column != self.time)
        return tuple(sorted(keys, key=lambda column: column.key or 0))

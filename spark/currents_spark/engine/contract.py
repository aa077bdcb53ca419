"""
The contracts of a pipeline's streams, read from `contracts/*.yaml` (Open Data Contract Standard 3.1).

Workers check the same files field by field before they start; here only what the engine takes is checked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import currents_spark
from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import Feed, FeedColumn, Identity, MessageFormat
from currents_spark.errors import ContractInvalidError

TYPES = ("double", "int", "bigint", "string", "boolean", "timestamp", "timestamp_ntz")
_REPOSITORY = Path(currents_spark.__file__).resolve().parents[2]
_STREAM = ("topic", "timeColumn", "partitionColumn", "identity", "versionOrder")


@dataclass(frozen=True)
class ContractColumn:
    """`source` as the source names it; `name` and `type` as bronze has it. `key`: place in the identity."""

    source: str
    name: str
    type: str
    description: str
    unit: str | None = None
    is_required: bool = False
    may_be_absent: bool = False
    key: int | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class StreamContract:
    """
    One topic and its bronze table. `columns` in the table's order. `version_order`: columns that decide
    between versions of a row, of the contract or of a record's origin, the first one first.
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

    @property
    def last_changed(self) -> ContractColumn | None:
        """The typed column that orders versions, before those of a record's origin."""
        return next((column for column in self.columns if column.name == self.version_order[0]), None)

    @property
    def keys(self) -> tuple[ContractColumn, ...]:
        """Beside the time."""
        keys = (column for column in self.columns if column.key is not None and column != self.time)
        return tuple(sorted(keys, key=lambda column: column.key or 0))


def feeds_of(
    folder: Path, clock: Clock, message: Callable[[StreamContract], MessageFormat]
) -> tuple[Feed, ...]:
    """The feeds of the contracts in a pipeline's folder, in the order of their files."""
    contracts = read_contracts(folder)
    problems = [problem for contract in contracts for problem in _off_clock(contract, clock)]
    if problems:
        raise ContractInvalidError(f"{folder / 'contracts'}: {'; '.join(problems)}")
    return tuple(feed_of(contract, message(contract)) for contract in contracts)


def feed_of(contract: StreamContract, message: MessageFormat) -> Feed:
    """The feed that a contract describes. Columns that the message's format makes itself are its own."""
    typed = {contract.time, *contract.keys}
    own = {column.name for column in message.origin}
    measures = [column for column in contract.columns if column not in typed and column.name not in own]
    return Feed(
        topic=contract.topic,
        bronze=contract.bronze,
        time=contract.time.source,
        keys=_feed_columns(contract.keys),
        measures=_feed_columns(measures),
        counted_as=contract.counted_as,
        message=message,
        required=tuple(column.source for column in measures if column.is_required),
        identity=contract.identity,
        period_minutes=contract.period_minutes,
        is_touching=contract.is_touching,
    )


def built_in(pipeline: str) -> Path:
    """The folder of plain files of a pipeline of this repository, whose Python is in a package apart."""
    return _REPOSITORY / "pipelines" / pipeline


def read_contracts(folder: Path) -> tuple[StreamContract, ...]:
    """Raises ContractInvalidError with every problem of every file."""
    contracts, problems = [], []
    for file in sorted((folder / "contracts").glob("*.yaml")):
        try:
            contracts.append(_contract(yaml.safe_load(file.read_text("utf-8"))))
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            problems.append(f"{file.name}: {type(error).__name__} {error}")
    if problems or not contracts:
        found = "; ".join(problems) or "none"
        raise ContractInvalidError(f"{folder / 'contracts'}: expected data contracts, found {found}")
    return tuple(contracts)


def _contract(document: dict[str, Any]) -> StreamContract:
    (stream,) = document["schema"]
    properties = _custom(stream)
    absent = [name for name in _STREAM if name not in properties]
    if absent:
        raise ValueError(f"expected customProperties {', '.join(absent)}, found none")
    columns = tuple(_column(each) for each in stream["properties"])
    time = next((column for column in columns if column.name == properties["timeColumn"]), None)
    if time is None:
        raise ValueError(f"timeColumn: expected a column, found {properties['timeColumn']!r}")
    identity = properties["identity"]
    return StreamContract(
        topic=properties["topic"],
        bronze=stream["physicalName"],
        columns=columns,
        time=time,
        partition=properties["partitionColumn"],
        identity=identity if isinstance(identity, str) else tuple(identity),
        version_order=tuple(properties["versionOrder"]),
        period_minutes=properties.get("periodMinutes", 60),
        counted_as=properties.get("countedAs", stream["physicalName"]),
        is_touching=properties.get("isTouching", True),
    )


def _off_clock(contract: StreamContract, clock: Clock) -> list[str]:
    """All tables of a pipeline tell time the same way."""
    expected = (clock.column, clock.type, clock.partition)
    found = (contract.time.name, contract.time.type, contract.partition)
    if expected == found:
        return []
    return [f"{contract.topic}: expected time, its type and partition {expected}, found {found}"]


def _column(found: dict[str, Any]) -> ContractColumn:
    properties, kind = _custom(found), found["physicalType"]
    if kind not in TYPES:
        raise ValueError(f"{found['name']}: expected a physicalType of {', '.join(TYPES)}, found {kind!r}")
    return ContractColumn(
        source=properties["sourceColumn"],
        name=found["name"],
        type=kind,
        description=found["description"],
        unit=properties.get("unit"),
        is_required=found.get("required", False),
        may_be_absent=properties.get("mayBeAbsent", False),
        key=found.get("primaryKeyPosition"),
        allowed=tuple(
            value
            for rule in found.get("quality", [])
            if rule["severity"] == "error"
            for value in rule["arguments"]["validValues"]
        ),
    )


def _custom(found: dict[str, Any]) -> dict[str, Any]:
    return {entry["property"]: entry["value"] for entry in found.get("customProperties", [])}


def _feed_columns(columns: Iterable[ContractColumn]) -> tuple[FeedColumn, ...]:
    return tuple(FeedColumn(column.source, column.name, column.type) for column in columns)

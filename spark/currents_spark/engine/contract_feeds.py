"""Feeds from contracts: what the engine takes of a stream, with the format of its messages."""

from collections.abc import Callable, Iterable
from pathlib import Path

from currents_spark.engine.clock import Clock
from currents_spark.engine.contract import ContractColumn, StreamContract
from currents_spark.engine.contract_files import read_contracts
from currents_spark.engine.feed import Feed, FeedColumn, MessageFormat
from currents_spark.errors import ContractInvalidError


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
        allowed=tuple((column.source, column.allowed) for column in contract.columns if column.allowed),
        identity=contract.identity,
        period_minutes=contract.period_minutes,
        is_touching=contract.is_touching,
        time_comment=contract.time.comment,
    )


def _off_clock(contract: StreamContract, clock: Clock) -> list[str]:
    """All tables of a pipeline tell time the same way."""
    expected = (clock.column, clock.type, clock.partition)
    found = (contract.time.name, contract.time.type, contract.partition)
    if expected == found:
        return []
    return [f"{contract.topic}: expected time, its type and partition {expected}, found {found}"]


def _feed_columns(columns: Iterable[ContractColumn]) -> tuple[FeedColumn, ...]:
    return tuple(
        FeedColumn(
            column.source,
            column.name,
            column.type,
            comment=column.comment,
            minimum=column.minimum,
            maximum=column.maximum,
        )
        for column in columns
    )

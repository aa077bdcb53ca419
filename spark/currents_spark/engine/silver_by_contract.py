"""
Silver tables by their contracts. A pipeline's code says which version of a row is shown, and how the columns
are made that no other table has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import Feed
from currents_spark.engine.silver_contract import SilverContract
from currents_spark.engine.silver_table import Enrichment, SilverPart, SilverTable
from currents_spark.errors import ContractInvalidError

_RUN = "run_id"


@dataclass(frozen=True)
class Choice:
    """
    Which version of a feed's rows silver shows: `eligible`, `preference` and `present` as in SilverPart, where
    `present` may be left out for a table of one feed. `computed`: columns that the feed's versions offer and
    bronze does not have, such as the time that orders them.
    """

    feed: Feed
    eligible: str = "true"
    preference: str = "0"
    present: str | None = None
    computed: tuple[str, ...] = ()


def silver_table(
    contract: SilverContract,
    clock: Clock,
    *choices: Choice,
    derived: Mapping[str, str],
    enrichment: Enrichment | None = None,
) -> SilverTable:
    """Raises ContractInvalidError where the columns of contract and rules are not the same."""
    made = SilverTable(
        contract.definition,
        clock,
        contract.keys[1:],
        tuple(_part(contract, clock, choice) for choice in choices),
        derived=dict(derived),
        enrichment=enrichment,
    )
    _check(contract, made)
    return made


def _part(contract: SilverContract, clock: Clock, choice: Choice) -> SilverPart:
    return SilverPart(
        choice.feed,
        {**contract.carried_from(choice.feed.bronze), **{name: name for name in choice.computed}},
        choice.present or clock.partition,
        choice.eligible,
        choice.preference,
    )


def _check(contract: SilverContract, made: SilverTable) -> None:
    clock, enrichment = made.clock, made.enrichment
    joined = contract.carried_from(enrichment.reference.name) if enrichment else {}
    in_rules = {
        *made.grain,
        *made.derived,
        _RUN,
        *joined,
        *(name for part in made.parts for name in part.columns),
    }
    in_contract = set(made.definition.column_names)
    problems = [f"expected a rule for {name}, found none" for name in sorted(in_contract - in_rules)]
    problems += [
        f"expected {name} in the contract, found a rule only" for name in sorted(in_rules - in_contract)
    ]
    if contract.keys[:1] != (clock.column,) or made.definition.partitioned_by != clock.partition:
        problems.append(
            f"expected {clock.column} first in the key and partitions by {clock.partition}, found "
            f"{', '.join(contract.keys) or 'no key'} and {made.definition.partitioned_by}"
        )
    if problems:
        raise ContractInvalidError(f"{contract.table}: {'; '.join(problems)}")

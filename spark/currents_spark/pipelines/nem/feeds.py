"""
The feeds of the NEM: what the contracts in `pipelines/nem/contracts` say, and how the files write a time.

Columns and keys: AEMO, MMS Data Model v5.7. MW are power, never energy.
"""

from currents_spark.engine.contract import StreamContract
from currents_spark.engine.contract_feeds import feeds_of
from currents_spark.engine.contract_documents import built_in
from currents_spark.engine.feed import Feed
from currents_spark.engine.row_message import RowMessage
from currents_spark.errors import ContractInvalidError
from currents_spark.pipelines.nem.nem_time import CLOCK, STAMP_FORMAT, parse_stamp


def _rows(contract: StreamContract) -> RowMessage:
    if contract.last_changed is None:
        raise ContractInvalidError(
            f"{contract.topic} versionOrder: expected a typed column first, found {contract.version_order[0]}"
        )
    return RowMessage(
        parse_stamp=parse_stamp,
        stamp_format=STAMP_FORMAT,
        time_rule="nem_timestamp",
        suffix="nem",
        last_changed=contract.last_changed.source,
        changed_comment=contract.last_changed.comment,
    )


FEEDS: tuple[Feed, ...] = feeds_of(built_in("nem"), CLOCK, _rows)
_OF_TOPIC = {feed.topic: feed for feed in FEEDS}

DISPATCH = _OF_TOPIC["nem_dispatch"]
PRICE = _OF_TOPIC["nem_price"]
REGION = _OF_TOPIC["nem_region"]
INTERCONNECTOR = _OF_TOPIC["nem_interconnector"]
ROOFTOP = _OF_TOPIC["nem_rooftop"]
TRADING_PRICE = _OF_TOPIC["nem_trading_price"]
UNIT_SOLUTION = _OF_TOPIC["nem_unit_solution"]
PRICE_FORECAST = _OF_TOPIC["nem_price_forecast"]
ROOFTOP_FORECAST = _OF_TOPIC["nem_rooftop_forecast"]

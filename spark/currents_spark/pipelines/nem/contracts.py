"""The contracts of the NEM's silver tables, in `pipelines/nem/contracts/silver`."""

from currents_spark.engine.contract_documents import built_in
from currents_spark.engine.pipeline import bronze_table
from currents_spark.engine.silver_contract_files import read_silver_contracts
from currents_spark.pipelines.nem.feeds import FEEDS
from currents_spark.pipelines.nem.nem_time import CLOCK
from currents_spark.pipelines.nem.tables import UNIT_METADATA

SILVER_CONTRACTS = read_silver_contracts(
    built_in("nem"), (*(bronze_table(CLOCK, feed) for feed in FEEDS), UNIT_METADATA)
)
DISPATCH = SILVER_CONTRACTS["nem.silver_dispatch_clean"]
SILVER_DISPATCH = DISPATCH.definition

"""
The silver tables of the NEM: which version of a row each of them shows. Their columns are in
`pipelines/nem/contracts/silver`.
"""

from currents_spark.engine.silver_by_contract import Choice, silver_table
from currents_spark.engine.silver_table import Enrichment, SilverTable
from currents_spark.pipelines.nem.contracts import SILVER_CONTRACTS
from currents_spark.pipelines.nem.feeds import (
    DISPATCH,
    INTERCONNECTOR,
    PRICE,
    PRICE_FORECAST,
    REGION,
    ROOFTOP,
    ROOFTOP_FORECAST,
    TRADING_PRICE,
    UNIT_SOLUTION,
)
from currents_spark.pipelines.nem.nem_time import CLOCK, interval_end_at
from currents_spark.pipelines.nem.tables import UNIT_METADATA
from currents_spark.pipelines.nem.unit_join import with_unit_metadata

_DERIVED = {"interval_end_at": interval_end_at(CLOCK.column)}
# The physical run's MW; where the market operator intervened that is INTERVENTION 1. Prices are those of run
# 0.
_HIGHEST_INTERVENTION = "intervention"
_PRICING_RUN = "intervention = 0"
_SATELLITE_FIRST = "CASE rooftop_type WHEN 'SATELLITE' THEN 1 ELSE 0 END"
# Rooftop also comes for parts of regions (QLDC, QLDN, QLDS, TASN, TASS), which their parents contain. The id of a
# region ends in a digit; a list of today's five would drop one of other times (SNOWY1, or a new one).
_MAIN_REGION = "region_id RLIKE '[0-9]$'"
_MAIN_ROOFTOP = f"{_MAIN_REGION} AND rooftop_type IN ('SATELLITE', 'MEASUREMENT')"
_NEWEST_FORECAST = "forecast_at_nem"


def _table(name: str, *choices: Choice, enrichment: Enrichment | None = None) -> SilverTable:
    contract = SILVER_CONTRACTS[f"nem.silver_{name}"]
    return silver_table(contract, CLOCK, *choices, derived=_DERIVED, enrichment=enrichment)


DISPATCH_CLEAN = _table(
    "dispatch_clean",
    Choice(DISPATCH, computed=("version_at_nem",)),
    enrichment=Enrichment(UNIT_METADATA, with_unit_metadata, "unit_id"),
)
REGION_CLEAN = _table(
    "region_clean",
    Choice(REGION, preference=_HIGHEST_INTERVENTION, present="demand_intervention"),
    Choice(PRICE, eligible=_PRICING_RUN, present="price_intervention"),
)
INTERCONNECTOR_CLEAN = _table(
    "interconnector_clean", Choice(INTERCONNECTOR, preference=_HIGHEST_INTERVENTION)
)
ROOFTOP_CLEAN = _table("rooftop_clean", Choice(ROOFTOP, eligible=_MAIN_ROOFTOP, preference=_SATELLITE_FIRST))
TRADING_PRICE_CLEAN = _table("trading_price_clean", Choice(TRADING_PRICE))
UNIT_SOLUTION_CLEAN = _table("unit_solution_clean", Choice(UNIT_SOLUTION, preference=_HIGHEST_INTERVENTION))
PRICE_FORECAST_NEWEST = _table(
    "price_forecast", Choice(PRICE_FORECAST, eligible=_PRICING_RUN, preference=_NEWEST_FORECAST)
)
ROOFTOP_FORECAST_NEWEST = _table(
    "rooftop_forecast", Choice(ROOFTOP_FORECAST, eligible=_MAIN_REGION, preference=_NEWEST_FORECAST)
)

SILVER_TABLES: tuple[SilverTable, ...] = (
    DISPATCH_CLEAN,
    REGION_CLEAN,
    INTERCONNECTOR_CLEAN,
    ROOFTOP_CLEAN,
    TRADING_PRICE_CLEAN,
    UNIT_SOLUTION_CLEAN,
    PRICE_FORECAST_NEWEST,
    ROOFTOP_FORECAST_NEWEST,
)

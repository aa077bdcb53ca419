"""
The silver tables as data: which feeds make them, what identifies a row, and what a chosen version adds to it.
"""

from dataclasses import dataclass

from currents_spark.tables.lake_table import TableDefinition
from currents_spark.pipelines.nem import tables
from currents_spark.pipelines.nem.feeds import DISPATCH, INTERCONNECTOR, PRICE, REGION, ROOFTOP, Feed


@dataclass(frozen=True)
class SilverPart:
    """
    What one feed adds to a silver row. `columns` maps silver names to fields of the version; `present` shows
    it is there. `eligible` and `preference` (SQL text over bronze rows) tell which version may be and which
    is best chosen.
    """

    feed: Feed
    columns: dict[str, str]
    present: str
    eligible: str = "true"
    preference: str = "0"


@dataclass(frozen=True)
class SilverTable:
    """
    `id` identifies a row beside trading_interval. A column that several parts fill comes from the first that
    is there.
    """

    definition: TableDefinition
    id: str
    parts: tuple[SilverPart, ...]
    with_unit_metadata: bool = False

    @property
    def key(self) -> list[str]:
        return ["trading_interval", self.id]

    @property
    def grain(self) -> list[str]:
        """
        The key with the trading date, which follows from it: tells Spark that rows of one date need no other
        date.
        """
        return ["trading_date", *self.key]


def _same(text: str) -> dict[str, str]:
    return {name: name for name in text.split()}


# The physical run's MW; where the market operator intervened that is INTERVENTION 1. Prices are those of run
# 0.
_HIGHEST_INTERVENTION = "intervention"
_PRICING_RUN = "intervention = 0"
_SATELLITE_FIRST = "CASE rooftop_type WHEN 'SATELLITE' THEN 1 ELSE 0 END"
# Rooftop also comes for parts of QLD1 and TAS1, which their parents contain.
_MAIN_ROOFTOP = (
    "region_id IN ('NSW1', 'QLD1', 'SA1', 'TAS1', 'VIC1') AND rooftop_type IN ('SATELLITE', 'MEASUREMENT')"
)

DISPATCH_CLEAN = SilverTable(
    tables.SILVER_DISPATCH,
    "unit_id",
    with_unit_metadata=True,
    parts=(
        SilverPart(
            DISPATCH,
            {
                "power_mw": "scada_value_mw",
                **_same(
                    "source_file ingested_at version_at_nem header_at_nem file_id source_sha256 source_line"
                ),
            },
            "trading_date",
        ),
    ),
)

REGION_CLEAN = SilverTable(
    tables.SILVER_REGION,
    "region_id",
    parts=(
        SilverPart(
            REGION,
            {
                "demand_intervention": "intervention",
                **_same(
                    "demand_mw available_generation_mw dispatchable_generation_mw semischedule_cleared_mw net_interchange_mw "
                    "solar_uigf_mw wind_uigf_mw source_file ingested_at"
                ),
            },
            "demand_intervention",
            preference=_HIGHEST_INTERVENTION,
        ),
        SilverPart(
            PRICE,
            {
                "price_intervention": "intervention",
                "price_source_file": "source_file",
                **_same("price_aud_per_mwh price_status source_file ingested_at"),
            },
            "price_intervention",
            eligible=_PRICING_RUN,
        ),
    ),
)

INTERCONNECTOR_CLEAN = SilverTable(
    tables.SILVER_INTERCONNECTOR,
    "interconnector_id",
    parts=(
        SilverPart(
            INTERCONNECTOR,
            _same(
                "metered_mw_flow mw_flow mw_losses export_limit_mw import_limit_mw intervention source_file ingested_at"
            ),
            "trading_date",
            preference=_HIGHEST_INTERVENTION,
        ),
    ),
)

ROOFTOP_CLEAN = SilverTable(
    tables.SILVER_ROOFTOP,
    "region_id",
    parts=(
        SilverPart(
            ROOFTOP,
            _same("power_mw rooftop_type quality_indicator source_file ingested_at"),
            "trading_date",
            eligible=_MAIN_ROOFTOP,
            preference=_SATELLITE_FIRST,
        ),
    ),
)

SILVER_TABLES: tuple[SilverTable, ...] = (DISPATCH_CLEAN, REGION_CLEAN, INTERCONNECTOR_CLEAN, ROOFTOP_CLEAN)

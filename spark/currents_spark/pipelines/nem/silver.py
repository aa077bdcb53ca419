"""The silver tables as data: which feeds make them, what identifies a row, and what a chosen version adds to it."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from currents_spark.lake_table import TableDefinition
from currents_spark.pipelines.nem import tables
from currents_spark.pipelines.nem.feeds import DISPATCH, INTERCONNECTOR, PRICE, REGION, ROOFTOP, Feed

# Rooftop also comes for parts of QLD1 and TAS1 that are contained in their parents.
MAIN_REGIONS = ("NSW1", "QLD1", "SA1", "TAS1", "VIC1")


@dataclass(frozen=True)
class SilverPart:
    """What one feed adds to a silver row. `columns` maps silver names to fields of the version; `present` shows it is there."""

    feed: Feed
    columns: dict[str, str]
    present: str
    eligible: Callable[[], Column]
    preference: Callable[[], Column]


@dataclass(frozen=True)
class SilverTable:
    """`id` identifies a row beside trading_interval. A column that several parts fill comes from the first that is there."""

    definition: TableDefinition
    id: str
    parts: tuple[SilverPart, ...]
    with_unit_metadata: bool = False

    @property
    def key(self) -> list[str]:
        return ["trading_interval", self.id]


def _same(text: str) -> dict[str, str]:
    return {name: name for name in text.split()}


def _all_rows() -> Column:
    return F.lit(True)


def _no_preference() -> Column:
    return F.lit(0)


def _highest_intervention() -> Column:
    """The physical run's MW; where the market operator intervened that is INTERVENTION 1."""
    return F.col("intervention")


def _pricing_run() -> Column:
    return F.col("intervention") == 0


def _satellite_first() -> Column:
    return (F.col("rooftop_type") == "SATELLITE").cast("int")


def _usable_rooftop() -> Column:
    return F.col("region_id").isin(*MAIN_REGIONS) & F.col("rooftop_type").isin("SATELLITE", "MEASUREMENT")


DISPATCH_CLEAN = SilverTable(tables.SILVER_DISPATCH, "unit_id", with_unit_metadata=True, parts=(SilverPart(
    DISPATCH,
    {"power_mw": "scada_value_mw", **_same(
        "source_file ingested_at version_at_nem header_at_nem file_id source_sha256 source_line")},
    "trading_date", _all_rows, _no_preference,
),))

REGION_CLEAN = SilverTable(tables.SILVER_REGION, "region_id", parts=(
    SilverPart(
        REGION,
        {"demand_intervention": "intervention", **_same(
            "demand_mw available_generation_mw dispatchable_generation_mw semischedule_cleared_mw net_interchange_mw "
            "solar_uigf_mw wind_uigf_mw source_file ingested_at")},
        "demand_intervention", _all_rows, _highest_intervention,
    ),
    SilverPart(
        PRICE,
        {"price_intervention": "intervention", "price_source_file": "source_file", **_same(
            "price_aud_per_mwh price_status source_file ingested_at")},
        "price_intervention", _pricing_run, _no_preference,
    ),
))

INTERCONNECTOR_CLEAN = SilverTable(tables.SILVER_INTERCONNECTOR, "interconnector_id", parts=(SilverPart(
    INTERCONNECTOR,
    _same("metered_mw_flow mw_flow mw_losses export_limit_mw import_limit_mw intervention source_file ingested_at"),
    "trading_date", _all_rows, _highest_intervention,
),))

ROOFTOP_CLEAN = SilverTable(tables.SILVER_ROOFTOP, "region_id", parts=(SilverPart(
    ROOFTOP, _same("power_mw rooftop_type quality_indicator source_file ingested_at"),
    "trading_date", _usable_rooftop, _satellite_first,
),))

SILVER_TABLES: tuple[SilverTable, ...] = (DISPATCH_CLEAN, REGION_CLEAN, INTERCONNECTOR_CLEAN, ROOFTOP_CLEAN)

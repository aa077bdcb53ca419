"""The silver tables of the NEM: which feeds make them, and which version of a row they show."""

from currents_spark.engine.silver_table import Enrichment, SilverPart, SilverTable
from currents_spark.pipelines.nem import tables
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
from currents_spark.pipelines.nem.unit_join import with_unit_metadata

_DERIVED = {"interval_end_at": interval_end_at(CLOCK.column)}


def _same(text: str) -> dict[str, str]:
    return {name: name for name in text.split()}


# The physical run's MW; where the market operator intervened that is INTERVENTION 1. Prices are those of run
# 0.
_HIGHEST_INTERVENTION = "intervention"
_PRICING_RUN = "intervention = 0"
_SATELLITE_FIRST = "CASE rooftop_type WHEN 'SATELLITE' THEN 1 ELSE 0 END"
# Rooftop also comes for parts of regions (QLDC, QLDN, QLDS, TASN, TASS), which their parents contain. The id of a
# region ends in a digit; a list of today's five would drop one of other times (SNOWY1, or a new one).
_MAIN_ROOFTOP = "region_id RLIKE '[0-9]$' AND rooftop_type IN ('SATELLITE', 'MEASUREMENT')"

DISPATCH_CLEAN = SilverTable(
    tables.SILVER_DISPATCH,
    CLOCK,
    ("unit_id",),
    derived=_DERIVED,
    enrichment=Enrichment(tables.UNIT_METADATA, with_unit_metadata, "unit_id"),
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
    CLOCK,
    ("region_id",),
    derived=_DERIVED,
    parts=(
        SilverPart(
            REGION,
            {
                "demand_intervention": "intervention",
                **_same(
                    "demand_mw available_generation_mw dispatchable_generation_mw semischedule_cleared_mw "
                    "net_interchange_mw solar_uigf_mw wind_uigf_mw source_file ingested_at"
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
    CLOCK,
    ("interconnector_id",),
    derived=_DERIVED,
    parts=(
        SilverPart(
            INTERCONNECTOR,
            _same(
                "metered_mw_flow mw_flow mw_losses export_limit_mw import_limit_mw intervention "
                "source_file ingested_at"
            ),
            "trading_date",
            preference=_HIGHEST_INTERVENTION,
        ),
    ),
)

ROOFTOP_CLEAN = SilverTable(
    tables.SILVER_ROOFTOP,
    CLOCK,
    ("region_id",),
    derived=_DERIVED,
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

TRADING_PRICE_CLEAN = SilverTable(
    tables.SILVER_TRADING_PRICE,
    CLOCK,
    ("region_id",),
    derived=_DERIVED,
    parts=(
        SilverPart(
            TRADING_PRICE,
            _same(
                "price_aud_per_mwh original_price_aud_per_mwh invalid_flag price_status source_file ingested_at"
            ),
            "trading_date",
        ),
    ),
)

UNIT_SOLUTION_CLEAN = SilverTable(
    tables.SILVER_UNIT_SOLUTION,
    CLOCK,
    ("unit_id",),
    derived=_DERIVED,
    parts=(
        SilverPart(
            UNIT_SOLUTION,
            _same(
                "initial_mw target_mw availability_mw uigf_mw energy_storage_mwh semi_dispatch_cap "
                "intervention source_file ingested_at"
            ),
            "trading_date",
            preference=_HIGHEST_INTERVENTION,
        ),
    ),
)

_NEWEST_FORECAST = "forecast_at_nem"
# Ids of regions end in a digit, those of their parts do not.
_MAIN_REGION = "region_id RLIKE '[0-9]$'"

PRICE_FORECAST_NEWEST = SilverTable(
    tables.SILVER_PRICE_FORECAST,
    CLOCK,
    ("region_id",),
    derived=_DERIVED,
    parts=(
        SilverPart(
            PRICE_FORECAST,
            _same(
                "forecast_at_nem price_aud_per_mwh demand_mw available_generation_mw net_interchange_mw "
                "solar_uigf_mw wind_uigf_mw source_file ingested_at"
            ),
            "trading_date",
            eligible=_PRICING_RUN,
            preference=_NEWEST_FORECAST,
        ),
    ),
)

ROOFTOP_FORECAST_NEWEST = SilverTable(
    tables.SILVER_ROOFTOP_FORECAST,
    CLOCK,
    ("region_id",),
    derived=_DERIVED,
    parts=(
        SilverPart(
            ROOFTOP_FORECAST,
            _same(
                "forecast_at_nem power_mean_mw power_poe50_mw power_poe90_mw power_poe10_mw source_file "
                "ingested_at"
            ),
            "trading_date",
            eligible=_MAIN_REGION,
            preference=_NEWEST_FORECAST,
        ),
    ),
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

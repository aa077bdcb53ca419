"""
The six Kafka topics of the NEM and what each fills: which report column becomes which typed bronze column.

Columns and keys: AEMO, MMS Data Model v5.7 (DISPATCH_UNIT_SCADA, DISPATCHPRICE, DISPATCHREGIONSUM,
DISPATCHINTERCONNECTORRES, DISPATCHCASESOLUTION, ROOFTOP_PV_ACTUAL). MW are power, never energy.
"""

from dataclasses import dataclass

LAST_CHANGED = "LASTCHANGED"
DLQ_SUFFIX = ".dlq"


@dataclass(frozen=True)
class FeedColumn:
    """`source` as the report names it, `name` and `type` (`double`, `int`, `string`) as bronze has it."""

    source: str
    name: str
    type: str


@dataclass(frozen=True)
class Feed:
    """
    One data topic. `keys` identify a row beside its interval, the first one by its id, and must be there;
    `measures` may be null; `required` ones only where the file lacks the column. `counted_as` names the
    account of the feed in ops.refine_counts: the silver table it makes, or its bronze table.
    """

    topic: str
    bronze: str
    interval: str
    keys: tuple[FeedColumn, ...]
    measures: tuple[FeedColumn, ...]
    counted_as: str
    required: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[FeedColumn, ...]:
        return (*self.keys, *self.measures)

    @property
    def contract_columns(self) -> list[str]:
        """Report columns that have a typed bronze column; the others go to `extra`."""
        return [self.interval, LAST_CHANGED, *(column.source for column in self.columns)]

    def sources(self, *types: str) -> list[str]:
        return [column.source for column in self.columns if column.type in types]


def _columns(text: str) -> tuple[FeedColumn, ...]:
    return tuple(FeedColumn(*line.split()) for line in text.splitlines() if line.strip())


_RUN = """
    RUNNO run_no int
    DISPATCHINTERVAL dispatch_interval string
"""

DISPATCH = Feed(
    topic="nem_dispatch",
    bronze="nem.bronze_dispatch",
    interval="SETTLEMENTDATE",
    counted_as="nem.silver_dispatch_clean",
    keys=_columns("DUID unit_id string"),
    measures=_columns("SCADAVALUE scada_value_mw double"),
    required=("SCADAVALUE",),
)

PRICE = Feed(
    topic="nem_price",
    bronze="nem.bronze_price",
    interval="SETTLEMENTDATE",
    counted_as="nem.bronze_price",
    keys=_columns("REGIONID region_id string\nINTERVENTION intervention int"),
    measures=_columns(_RUN + "RRP price_aud_per_mwh double\nPRICE_STATUS price_status string"),
    required=("RRP",),
)

REGION = Feed(
    topic="nem_region",
    bronze="nem.bronze_region",
    interval="SETTLEMENTDATE",
    counted_as="nem.silver_region_clean",
    keys=_columns("REGIONID region_id string\nINTERVENTION intervention int"),
    measures=_columns(
        _RUN
        + """
    TOTALDEMAND demand_mw double
    AVAILABLEGENERATION available_generation_mw double
    DISPATCHABLEGENERATION dispatchable_generation_mw double
    SEMISCHEDULE_CLEAREDMW semischedule_cleared_mw double
    NETINTERCHANGE net_interchange_mw double
    SS_SOLAR_UIGF solar_uigf_mw double
    SS_WIND_UIGF wind_uigf_mw double
    """
    ),
    required=("TOTALDEMAND",),
)

INTERCONNECTOR = Feed(
    topic="nem_interconnector",
    bronze="nem.bronze_interconnector",
    interval="SETTLEMENTDATE",
    counted_as="nem.silver_interconnector_clean",
    keys=_columns("INTERCONNECTORID interconnector_id string\nINTERVENTION intervention int"),
    measures=_columns(
        _RUN
        + """
    METEREDMWFLOW metered_mw_flow double
    MWFLOW mw_flow double
    MWLOSSES mw_losses double
    EXPORTLIMIT export_limit_mw double
    IMPORTLIMIT import_limit_mw double
    """
    ),
    required=("METEREDMWFLOW", "MWFLOW"),
)

CASE = Feed(
    topic="nem_case",
    bronze="nem.bronze_case",
    interval="SETTLEMENTDATE",
    counted_as="nem.bronze_case",
    keys=_columns("INTERVENTION intervention int"),
    measures=_columns(
        "RUNNO run_no int\nSOLUTIONSTATUS solution_status int\nTOTALOBJECTIVE total_objective double"
    ),
)

ROOFTOP = Feed(
    topic="nem_rooftop",
    bronze="nem.bronze_rooftop",
    interval="INTERVAL_DATETIME",
    counted_as="nem.silver_rooftop_clean",
    keys=_columns("REGIONID region_id string\nTYPE rooftop_type string"),
    measures=_columns("QI quality_indicator double\nPOWER power_mw double"),
    required=("POWER",),
)

FEEDS: tuple[Feed, ...] = (DISPATCH, PRICE, REGION, INTERCONNECTOR, CASE, ROOFTOP)
FEED_OF_TOPIC: dict[str, Feed] = {feed.topic: feed for feed in FEEDS}

"""
The six Kafka topics of the NEM and what each fills: which report column becomes which typed bronze column.

Columns and keys: AEMO, MMS Data Model v5.7 (DISPATCH_UNIT_SCADA, DISPATCHPRICE, DISPATCHREGIONSUM,
DISPATCHINTERCONNECTORRES, DISPATCHCASESOLUTION, ROOFTOP_PV_ACTUAL). MW are power, never energy.
"""

from currents_spark.engine.feed import Feed, columns_of
from currents_spark.engine.row_message import RowMessage
from currents_spark.pipelines.nem.nem_time import DISPATCH_MINUTES, ROOFTOP_MINUTES, STAMP_FORMAT, parse_stamp

ROWS = RowMessage(
    parse_stamp=parse_stamp,
    stamp_format=STAMP_FORMAT,
    time_rule="nem_timestamp",
    suffix="nem",
    last_changed="LASTCHANGED",
)
_RUN = """
    RUNNO run_no int
    DISPATCHINTERVAL dispatch_interval string
"""

DISPATCH = Feed(
    topic="nem_dispatch",
    bronze="nem.bronze_dispatch",
    time="SETTLEMENTDATE",
    message=ROWS,
    period_minutes=DISPATCH_MINUTES,
    counted_as="nem.silver_dispatch_clean",
    keys=columns_of("DUID unit_id string"),
    measures=columns_of("SCADAVALUE scada_value_mw double"),
    required=("SCADAVALUE",),
)

PRICE = Feed(
    topic="nem_price",
    bronze="nem.bronze_price",
    time="SETTLEMENTDATE",
    message=ROWS,
    period_minutes=DISPATCH_MINUTES,
    counted_as="nem.bronze_price",
    keys=columns_of("REGIONID region_id string\nINTERVENTION intervention int"),
    measures=columns_of(_RUN + "RRP price_aud_per_mwh double\nPRICE_STATUS price_status string"),
    required=("RRP",),
)

REGION = Feed(
    topic="nem_region",
    bronze="nem.bronze_region",
    time="SETTLEMENTDATE",
    message=ROWS,
    period_minutes=DISPATCH_MINUTES,
    counted_as="nem.silver_region_clean",
    keys=columns_of("REGIONID region_id string\nINTERVENTION intervention int"),
    measures=columns_of(
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
    time="SETTLEMENTDATE",
    message=ROWS,
    period_minutes=DISPATCH_MINUTES,
    counted_as="nem.silver_interconnector_clean",
    keys=columns_of("INTERCONNECTORID interconnector_id string\nINTERVENTION intervention int"),
    measures=columns_of(
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
    time="SETTLEMENTDATE",
    message=ROWS,
    period_minutes=DISPATCH_MINUTES,
    counted_as="nem.bronze_case",
    # Comes with every interval, and nothing is computed from it.
    is_touching=False,
    keys=columns_of("INTERVENTION intervention int"),
    measures=columns_of(
        "RUNNO run_no int\nSOLUTIONSTATUS solution_status int\nTOTALOBJECTIVE total_objective double"
    ),
)

ROOFTOP = Feed(
    topic="nem_rooftop",
    bronze="nem.bronze_rooftop",
    time="INTERVAL_DATETIME",
    message=ROWS,
    period_minutes=ROOFTOP_MINUTES,
    counted_as="nem.silver_rooftop_clean",
    keys=columns_of("REGIONID region_id string\nTYPE rooftop_type string"),
    measures=columns_of("QI quality_indicator double\nPOWER power_mw double"),
    required=("POWER",),
)

FEEDS: tuple[Feed, ...] = (DISPATCH, PRICE, REGION, INTERCONNECTOR, CASE, ROOFTOP)

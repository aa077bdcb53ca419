"""
NEM time: UTC+10 all year, stamps name the END of an interval, the trading day is (04:00, 04:00 next day].

Source: AEMO, MMS Data Model: DISPATCHINTERVAL 001 ends 04:05, 288 ends 04:00 next day. Columns of NEM time
are TIMESTAMP_NTZ, wall-clock time that no session time zone can move. All functions take and give SQL text.
"""

from currents_spark.engine.clock import Clock

STAMP_FORMAT = "%Y/%m/%d %H:%M:%S"
DISPATCH_MINUTES = 5


def parse_stamp(text: str) -> str:
    """
    NEM wall-clock time of a report's stamp; null when it is not exactly `YYYY/MM/DD HH:MM:SS` and a real
    date.
    """
    return f"to_timestamp_ntz({text}, 'yyyy/MM/dd HH:mm:ss')"


def trading_date(interval_end: str) -> str:
    """The trading day; an interval that ends at 04:00 belongs to the day before."""
    return f"to_date({interval_end} - INTERVAL '04:00:00.000001' HOUR TO SECOND)"


CLOCK = Clock(
    column="trading_interval",
    type="timestamp_ntz",
    partition="trading_date",
    date_of=trading_date,
    utc_offset_minutes=10 * 60,
    names_end=True,
)


def interval_end_at(interval_end: str) -> str:
    """The instant of a NEM wall-clock time. Needs the session time zone to be UTC."""
    return f"CAST({interval_end} AS TIMESTAMP) - INTERVAL 10 HOURS"


def interval_start(interval_end: str, minutes: int = DISPATCH_MINUTES) -> str:
    """NEM wall-clock time at which the interval begins."""
    return f"{interval_end} - INTERVAL {minutes} MINUTES"

"""
NEM time: UTC+10 all year, stamps name the END of an interval, the trading day is (04:00, 04:00 next day].

Source: AEMO, MMS Data Model and "Dispatch procedure": DISPATCHINTERVAL 001 ends 04:05, 288 ends 04:00 next day.
Columns of NEM time are TIMESTAMP_NTZ: wall-clock time that no session time zone can move.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

REPORT_STAMP = "yyyy/MM/dd HH:mm:ss"
DISPATCH_MINUTES = 5
ROOFTOP_MINUTES = 30


def parse_stamp(text: Column) -> Column:
    """NEM wall-clock time of a report's stamp; null when it is not exactly `YYYY/MM/DD HH:MM:SS` and a real date."""
    return F.to_timestamp_ntz(text, F.lit(REPORT_STAMP))


def trading_date(interval_end: Column) -> Column:
    """The trading day; an interval that ends at 04:00 belongs to the day before."""
    return F.to_date(interval_end - F.expr("INTERVAL '04:00:00.000001' HOUR TO SECOND"))


def interval_end_at(interval_end: Column) -> Column:
    """The instant of a NEM wall-clock time. Needs the session time zone to be UTC."""
    return interval_end.cast("timestamp") - F.expr("INTERVAL 10 HOURS")


def interval_start(interval_end: Column, minutes: int = DISPATCH_MINUTES) -> Column:
    """NEM wall-clock time at which the interval begins."""
    return interval_end - F.expr(f"INTERVAL {minutes} MINUTES")

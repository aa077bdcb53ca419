"""What a run touched, in the terms of the gates and of dbt: NEM intervals and trading dates."""

from datetime import datetime, timedelta
from typing import Any

from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.pipelines.nem.feeds import CASE, ROOFTOP
from currents_spark.pipelines.nem.nem_time import DISPATCH_MINUTES, ROOFTOP_MINUTES

_STAMP = "%Y-%m-%d %H:%M:%S"


def touched_range(summaries: dict[str, FeedSummary]) -> dict[str, Any]:
    """
    `intervals` {min, max} as `YYYY-MM-DD HH:MM:SS` NEM time, null when nothing was touched, and
    `trading_dates`.

    A rooftop half hour counts as the 5-minute intervals it holds: those that end in (end - 30 min, end].
    """
    ends: list[str] = []
    dates: set[str] = set()
    for topic, summary in summaries.items():
        if topic != CASE.topic and summary.intervals:
            ends += [
                _first_five_minutes(summary.intervals[0]) if topic == ROOFTOP.topic else summary.intervals[0],
                summary.intervals[-1],
            ]
            dates.update(summary.trading_dates)
    return {
        "intervals": {"min": min(ends), "max": max(ends)} if ends else None,
        "trading_dates": sorted(dates),
    }


def _first_five_minutes(half_hour_end: str) -> str:
    end = datetime.strptime(half_hour_end, _STAMP)
    return (end - timedelta(minutes=ROOFTOP_MINUTES - DISPATCH_MINUTES)).strftime(_STAMP)

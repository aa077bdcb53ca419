"""Which periods and partitions a run touched: ranges, so that one late record costs its own period only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from currents_spark.engine.clock import Clock, Ranges, wall_clock
from currents_spark.tables.lake_table import IN_LIST_LIMIT, AnyOf

# A result stays readable, and each range is a condition of a query.
RESULT_RANGES_MAX = 50


@dataclass(frozen=True)
class Touched:
    """`ranges` of periods, disjoint and ascending (see Clock); `dates` of the partitions, sorted."""

    ranges: Ranges = ()
    dates: tuple[str, ...] = ()

    @classmethod
    def of(cls, starts: Iterable[int], period_s: int, dates: Iterable[str]) -> "Touched":
        """From the distinct seconds at which touched periods begin."""
        return cls(joined((start, start + period_s) for start in starts), tuple(sorted(set(dates))))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def proof(self, clock: Clock) -> dict[str, Any]:
        """Arguments for LakeTable.may_hold."""
        spans = AnyOf(tuple(clock.bounds(nearest_joined(self.ranges, IN_LIST_LIMIT))))
        return {clock.partition: list(self.dates), clock.column: spans}

    def where(self, clock: Clock) -> str:
        """SQL condition on a table: a superset of the touched rows, few enough ranges to prune files by."""
        ranges = nearest_joined(self.ranges, IN_LIST_LIMIT)
        return f"{clock.on_dates(self.dates)} AND {clock.within(ranges)}"


def together(parts: Iterable[Touched]) -> Touched:
    """The union of the parts."""
    found = list(parts)
    return Touched(
        joined(each for part in found for each in part.ranges),
        tuple(sorted({date for part in found for date in part.dates})),
    )


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Disjoint and ascending; ranges that overlap or meet become one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def nearest_joined(ranges: Ranges, limit: int) -> Ranges:
    """At most `limit` ranges: those with the smallest gaps between them are joined, gaps included."""
    if len(ranges) <= limit:
        return ranges
    gaps = sorted(range(1, len(ranges)), key=lambda index: ranges[index][0] - ranges[index - 1][1])
    kept = sorted(gaps[len(ranges) - limit :])
    edges = [0, *kept, len(ranges)]
    return tuple((ranges[low][0], ranges[high - 1][1]) for low, high in zip(edges, edges[1:], strict=False))


def touched_result(clock: Clock, step_s: int, touched: Touched) -> dict[str, Any]:
    """
    `touched`: UTC ranges. `intervals` {min, max} as `YYYY-MM-DD HH:MM:SS` of the pipeline's own time, null
    when nothing was touched, and `trading_dates`, the partitions: for readers of one naive window.

    `step_s`: length of the shortest period where event times name period ends, else 0.
    """
    ranges = touched.ranges
    window = {"min": wall_clock(ranges[0][0] + step_s), "max": wall_clock(ranges[-1][1])} if ranges else None
    return {
        "touched": clock.utc(nearest_joined(ranges, RESULT_RANGES_MAX)),
        "intervals": window,
        "trading_dates": list(touched.dates),
    }

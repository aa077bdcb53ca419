"""How a pipeline tells time: event times, partitions, and the period that a record covers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Clock:
    """
    `column` holds event times: instants (`timestamp`), or wall-clock times (`timestamp_ntz`) that are
    `utc_offset_minutes` ahead of UTC. `date_of` turns an event time into the date column `partition`, both as
    SQL text.

    With `names_end` an event time is the END of the period that its record covers. Without it, a record
    covers the aligned period that holds its event time: a stream of events needs no grid.

    Ranges of periods are `[from, to)` in seconds since 1970 of the clock's own wall-clock time.
    """

    column: str
    type: str
    partition: str
    date_of: Callable[[str], str]
    utc_offset_minutes: int = 0
    names_end: bool = False

    def period_start(self, time: str, period_s: str) -> str:
        """SQL text: the second at which the period of a record begins. Needs the session time zone to be UTC."""
        instant = f"CAST({time} AS TIMESTAMP)"
        if self.names_end:
            return f"CAST(ceil(unix_micros({instant}) / 1000000) AS BIGINT) - {period_s}"
        return f"CAST(floor(unix_seconds({instant}) / {period_s}) AS BIGINT) * {period_s}"

    def bounds(self, ranges: Ranges) -> list[tuple[str, str]]:
        """First and last event time of each range, both included, as ISO texts that Iceberg takes."""
        zone = "+00:00" if self.type == "timestamp" else ""
        # A time that names an end belongs to the period before it.
        shift = MICROSECOND if self.names_end else timedelta()
        return [
            (_iso(_time(start) + shift) + zone, _iso(_time(end) + shift - MICROSECOND) + zone)
            for start, end in ranges
        ]

    def within(self, ranges: Ranges) -> str:
        """SQL condition: the event time lies in one of the ranges."""
        kind = "TIMESTAMP" if self.type == "timestamp" else "TIMESTAMP_NTZ"
        parts = [
            f"{self.column} BETWEEN {kind} '{low}' AND {kind} '{high}'" for low, high in self.bounds(ranges)
        ]
        return f"({' OR '.join(parts)})" if parts else "false"

    def on_dates(self, dates: Iterable[str]) -> str:
        """SQL condition on the partition column. Only literals prune partitions of a MERGE's target."""
        literals = ", ".join(f"DATE '{date}'" for date in dates)
        return f"{self.partition} IN ({literals})" if literals else "false"

    def utc(self, ranges: Ranges) -> list[dict[str, str]]:
        """The ranges as UTC instants."""
        offset = timedelta(minutes=self.utc_offset_minutes)
        return [
            {
                "from": f"{_time(start) - offset:%Y-%m-%dT%H:%M:%SZ}",
                "to": f"{_time(end) - offset:%Y-%m-%dT%H:%M:%SZ}",
            }
            for start, end in ranges
        ]


def wall_clock(second: int) -> str:
    """`YYYY-MM-DD HH:MM:SS`."""
    return f"{_time(second):%Y-%m-%d %H:%M:%S}"


def _time(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")

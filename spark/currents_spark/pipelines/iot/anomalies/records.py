"""
How surprising a value is against the highest peaks that one feature of one device has had.

Excesses over a high level are about exponential whatever the distribution (Pickands, Balkema and de Haan), so
the highest peaks tell how far apart records are. The result is a return period: once in how many units of time
the device's own history expects such a value.
"""

import math
from array import array
from bisect import bisect_left, insort

from currents_spark.pipelines.iot.anomalies import settings
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter

LOG10_E = math.log10(math.e)
NO_PEAK = -math.inf


class Records:
    """`bar` is what a value must exceed to matter: callers compare with it first, and seldom need more."""

    __slots__ = ("top", "bar", "mean_excess", "peak", "opened", "above", "once")

    def __init__(self) -> None:
        # Single precision halves the state. A value is rounded when it is remembered, never on the way to disk.
        self.top = array("f")
        self.peak, self.opened, self.above, self.once = NO_PEAK, 0.0, 0.0, NO_PEAK
        self._derive()

    def _derive(self) -> None:
        is_full = len(self.top) == settings.RECORDS
        self.bar = self.top[0] if is_full else -math.inf
        self.mean_excess = sum(self.top) / settings.RECORDS - self.bar if is_full else 0.0

    def surprise(self, value: float, floor: float, clock: float) -> float:
        """Log10 of the return period in units of the clock; 0 where there is too little history."""
        if self.peak != NO_PEAK and self._is_over(clock):
            self._remember(floor)
        if value <= self.bar:
            return 0.0
        self._extend(value, clock)
        if len(self.top) == settings.RECORDS:
            return self._log_return_period(value, floor, clock)
        if clock - self.opened >= settings.FIRST_PEAK_UNITS:
            self._remember(floor)
        return 0.0

    def _is_over(self, clock: float) -> bool:
        is_gone = clock - self.above > settings.PEAK_GAP_UNITS
        return is_gone or clock - self.opened >= settings.PEAK_UNITS_MAX

    def _extend(self, value: float, clock: float) -> None:
        if self.peak == NO_PEAK:
            self.opened = clock
        self.peak = max(self.peak, value)
        self.above = clock

    def _remember(self, floor: float) -> None:
        peak, self.peak = self.peak, NO_PEAK
        if len(self.top) == settings.RECORDS:
            if peak <= self.bar:
                return
            excess = max(self.mean_excess, floor)
            most = max(self.bar + settings.REMEMBERED_EXCESS_MAX * excess, self.once)
            # What was reached twice is remembered as it is; of the first time only a part.
            peak, self.once = min(peak, most), peak if peak > most else self.once
            self.top.pop(0)
        insort(self.top, peak)
        self._derive()

    def _log_return_period(self, value: float, floor: float, clock: float) -> float:
        excess = max(self.mean_excess, floor)
        log_period = math.log10(clock / settings.RECORDS) + LOG10_E * (value - self.bar) / excess
        # What has been reached before returns at least that often, whatever the fit says: of two regimes,
        # such as on and off, the rarer one looks like an outlier to it.
        reached = settings.RECORDS - bisect_left(self.top, value - floor)
        return min(log_period, math.log10(clock / (reached + 1))) if reached else log_period

    def save(self, to: StateWriter) -> None:
        to.floats(self.top)
        to.numbers(self.peak, self.opened, self.above, self.once)

    @classmethod
    def load(cls, state: StateReader) -> "Records":
        records = cls()
        records.top = state.floats()
        records.peak, records.opened, records.above, records.once = state.numbers(4)
        records._derive()
        return records

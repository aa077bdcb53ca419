"""What a metric usually reads at this time of the day, or of the week, and how far it is from that."""

import math
from array import array

from currents_spark.pipelines.iot.anomalies import settings
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.words import DAY_S

WEEK_S = 7 * DAY_S
# 1970 began on a Thursday.
MONDAY_S = 3 * DAY_S
COUNT_MAX = 255


class Profile:
    """The usual value in each part of a period; its latest days count most."""

    __slots__ = ("period_s", "usual", "counts", "error")

    def __init__(self, parts: int, period_s: float) -> None:
        self.period_s = period_s
        self.usual = array("f", bytes(4 * parts))
        self.counts = bytearray(parts)
        self.error = 0.0

    def residual(self, at_s: float, value: float, weight: float, otherwise: float) -> float:
        part = int(at_s % self.period_s / self.period_s * len(self.usual))
        count = self.counts[part]
        residual = value - self.usual[part] if count else otherwise
        count += count < COUNT_MAX
        self.counts[part] = count
        rate = max(1.0 / count, settings.SEASON_RATE * weight)
        self.usual[part] = value if count == 1 else self.usual[part] + rate * self._bounded(residual)
        return residual

    def _bounded(self, residual: float) -> float:
        """One outlier must not make its time of day look wrong on the next day."""
        most = settings.SEASON_STEP_MAX * self.error
        return max(-most, min(most, residual)) if most else residual

    def save(self, to: StateWriter) -> None:
        to.floats(self.usual)
        to.counts(self.counts)
        to.numbers(self.error)

    def load(self, state: StateReader) -> None:
        self.usual, self.counts = state.floats(), state.counts()
        (self.error,) = state.numbers(1)


class Season:
    """Follows the better of a daily and a weekly profile, while that is better than the mean by far."""

    __slots__ = ("day", "week", "slow", "slow_error", "means", "started_s", "started_clock", "is_used")

    def __init__(self) -> None:
        self.day, self.week = Profile(settings.DAY_PARTS, DAY_S), Profile(settings.WEEK_PARTS, WEEK_S)
        self.slow, self.slow_error = 0.0, 0.0
        self.means = [0.0] * len(settings.SEASON_SCALES)
        self.started_s = math.nan
        # The features are young when the season starts to be used, not when the device does.
        self.started_clock = math.nan
        self.is_used = False

    def update(self, at_s: float, value: float, weight: float, samples: int, clock: float) -> bool:
        """Takes a sample in; true where the distances in `means` tell something."""
        if samples == 1:
            self.slow, self.started_s = value, at_s
        residual = self._residual(at_s, value, weight, samples)
        for place, scale in enumerate(settings.SEASON_SCALES):
            self.means[place] += max(1.0 / samples, weight / scale) * (residual - self.means[place])
        share = settings.SEASON_KEEP if self.is_used else settings.SEASON_GAIN
        is_learned = at_s - self.started_s > settings.SEASON_LEARNS_S
        self.is_used = is_learned and self.error() < share * self.slow_error
        if self.is_used and math.isnan(self.started_clock):
            self.started_clock = clock - 1.0
        return self.is_used

    def _residual(self, at_s: float, value: float, weight: float, samples: int) -> float:
        plain = value - self.slow
        by_day = self.day.residual(at_s, value, weight, plain)
        by_week = self.week.residual(at_s + MONDAY_S, value, weight, by_day)
        rate = max(1.0 / samples, weight / settings.MEMORY_UNITS)
        self.slow_error += rate * (abs(plain) - self.slow_error)
        self.day.error += rate * (abs(by_day) - self.day.error)
        self.week.error += rate * (abs(by_week) - self.week.error)
        self.slow += max(1.0 / samples, weight / settings.SLOW_UNITS) * plain
        return by_day if self.day.error <= self.week.error else by_week

    def error(self) -> float:
        return min(self.day.error, self.week.error)

    def save(self, to: StateWriter) -> None:
        self.day.save(to)
        self.week.save(to)
        to.numbers(self.slow, self.slow_error, *self.means)
        to.numbers(self.started_s, self.started_clock, float(self.is_used))

    @classmethod
    def load(cls, state: StateReader) -> "Season":
        season = cls()
        season.day.load(state)
        season.week.load(state)
        season.slow, season.slow_error, *season.means = state.numbers(2 + len(settings.SEASON_SCALES))
        season.started_s, season.started_clock, is_used = state.numbers(3)
        season.is_used = bool(is_used)
        return season

"""How surprising a sample is, by all features of its metric, and which feature says so."""

from typing import NamedTuple

from currents_spark.pipelines.iot.anomalies import settings
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.features import IS_LOGARITHM, NAMES, Features
from currents_spark.pipelines.iot.anomalies.records import Records
from currents_spark.pipelines.iot.anomalies.season import Season

SEASON_NAMES = [f"off_season_{scale:.0f}" for scale in settings.SEASON_SCALES]
ALL_NAMES = [*NAMES, *SEASON_NAMES]


SUDDEN = {ALL_NAMES.index(name) for name in ("level_1", "change_1", "step_1")}


class Finding(NamedTuple):
    """
    The log10 of the return period, the feature and side that is most surprising, and whether the sample itself
    is surprising, not only a mean.
    """

    surprise: float
    feature: int
    is_high: bool
    is_sudden: bool


NOTHING = Finding(0.0, 0, True, False)


class Surprise:
    __slots__ = ("features", "season", "high", "low", "samples", "clock", "last_s")

    def __init__(self) -> None:
        self.features, self.season = Features(), Season()
        self.high = [Records() for _ in ALL_NAMES]
        self.low = [Records() for _ in ALL_NAMES]
        self.samples, self.clock, self.last_s = 0, 0.0, 0.0

    def update(self, at_s: float, value: float) -> Finding:
        """Takes in a sample that is later than all before."""
        weight = min(1.0, (at_s - self.last_s) / settings.UNIT_S) if self.samples else 1.0
        self.last_s = at_s
        self.samples += 1
        self.clock += weight
        features = self.features
        features.update(value, weight, self.samples)
        found: list[tuple[float, int, bool]] = []
        spread = settings.FLOOR_OF_SPREAD * (features.spread or 1e-9)
        self._judge(features.values, 0, spread, self.clock, found)
        if self.season.update(at_s, value, weight, self.samples, self.clock):
            floor = settings.FLOOR_OF_SEASON * (self.season.error() or 1e-9)
            age = self.clock - self.season.started_clock
            self._judge(self.season.means, len(NAMES), floor, age, found)
        return _fused(found) if found else NOTHING

    def _judge(
        self,
        values: list[float],
        first: int,
        spread: float,
        clock: float,
        found: list[tuple[float, int, bool]],
    ) -> None:
        high, low = self.high, self.low
        for place, value in enumerate(values, first):
            # Almost every value stops at these comparisons.
            is_high = value > high[place].bar
            if not is_high and -value <= low[place].bar:
                continue
            is_logarithm = place < len(NAMES) and IS_LOGARITHM[place]
            floor = settings.FLOOR_OF_VARIABILITY if is_logarithm else spread
            if is_high:
                found.append((high[place].surprise(value, floor, clock), place, True))
            if -value > low[place].bar:
                found.append((low[place].surprise(-value, floor, clock), place, False))

    def save(self, to: StateWriter) -> None:
        to.numbers(float(self.samples), self.clock, self.last_s)
        self.features.save(to)
        self.season.save(to)
        for records in (*self.high, *self.low):
            records.save(to)

    @classmethod
    def load(cls, state: StateReader) -> "Surprise":
        surprise = cls.__new__(cls)
        samples, surprise.clock, surprise.last_s = state.numbers(3)
        surprise.samples = int(samples)
        surprise.features, surprise.season = Features.load(state), Season.load(state)
        surprise.high = [Records.load(state) for _ in ALL_NAMES]
        surprise.low = [Records.load(state) for _ in ALL_NAMES]
        return surprise


def _fused(found: list[tuple[float, int, bool]]) -> Finding:
    """The most surprising feature, raised a little where others agree. Of equals, the fastest one."""
    found.sort(key=lambda each: (-min(each[0], settings.SURPRISE_MAX), each[1]))
    surprise, feature, is_high = found[0]
    surprise += settings.SECOND_WEIGHT * sum(other for other, _, _ in found[1:3])
    is_sudden = any(place in SUDDEN and each >= settings.SURPRISE_HOLDS for each, place, _ in found)
    return Finding(min(surprise, settings.SURPRISE_MAX), feature, is_high, is_sudden)

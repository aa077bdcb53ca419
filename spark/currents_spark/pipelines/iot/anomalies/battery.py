"""A battery that empties faster than it used to, or will soon be empty. Charging begins a new count."""

import math

from currents_spark.pipelines.iot.anomalies import words
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.detector import Detector
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report, score_of

DETECTOR = "battery"
# The rate is judged over spans of at least so long: a percent more or less is noise.
SPAN_S = 6 * words.HOUR_S
# Spans until the usual rate is known, and the weight of each later one.
SPANS_MIN, USUAL_RATE = 4, 0.1
FASTER_TIMES = 3.0
FAST_MIN_PER_DAY = 2.0
EMPTY_IN_DAYS, LOW_PERCENT = 7.0, 20.0
# Within an hour.
DROP_PERCENT = 15.0
CHARGED_PERCENT = 2.0


class Battery(Detector):
    __slots__ = ("from_s", "from_value", "last_s", "last_value", "usual_per_day", "spans")

    def __init__(self) -> None:
        super().__init__()
        self.from_s, self.from_value, self.last_s, self.last_value = math.nan, 0.0, 0.0, 0.0
        self.usual_per_day, self.spans = 0.0, 0

    def update(self, at_s: float, value: float) -> Report | None:
        before_s, before, is_first = self.last_s, self.last_value, math.isnan(self.from_s)
        self.last_s, self.last_value = at_s, value
        if is_first or value > self.from_value + CHARGED_PERCENT:
            self.from_s, self.from_value = at_s, value
            return self.end()
        if before - value >= DROP_PERCENT and at_s - before_s <= words.HOUR_S:
            per_day = (before - value) * words.DAY_S / (at_s - before_s)
            self.from_s, self.from_value = at_s, value
            return self._worse(before_s, at_s, value, per_day, (before - value) / DROP_PERCENT)
        return self._span(at_s, value) if at_s - self.from_s >= SPAN_S else None

    def _span(self, at_s: float, value: float) -> Report | None:
        from_s, per_day = self.from_s, (self.from_value - value) * words.DAY_S / (at_s - self.from_s)
        self.from_s, self.from_value = at_s, value
        strength = self._strength(per_day, value)
        if strength < 1.0:
            self._learn(per_day)
            return self.end()
        return self._worse(from_s, at_s, value, per_day, strength)

    def _strength(self, per_day: float, value: float) -> float:
        """1 where an alarm begins."""
        faster = per_day / max(FASTER_TIMES * self.usual_per_day, FAST_MIN_PER_DAY)
        if self.spans < SPANS_MIN:
            faster = 0.0
        is_low = value < LOW_PERCENT and per_day > 0.0
        return max(faster, EMPTY_IN_DAYS * per_day / max(value, 1.0) if is_low else 0.0)

    def _learn(self, per_day: float) -> None:
        self.spans += 1
        rate = max(1.0 / self.spans, USUAL_RATE)
        self.usual_per_day += rate * (max(0.0, per_day) - self.usual_per_day)

    def _worse(self, from_s: float, at_s: float, value: float, per_day: float, strength: float) -> Report:
        if self.episode is None:
            self.episode = Episode(from_s, at_s, 0.0, value, self.usual_per_day, 0.0)
        episode = self.episode
        episode.end_s, episode.value = at_s, value
        if strength > episode.strength:
            episode.strength, episode.extra = strength, per_day
            episode.score = score_of(strength)
        return self.report(is_open=True)

    def report(self, is_open: bool) -> Report:
        episode = self.episode
        days_left = episode.value / episode.extra
        reason = (
            f"at {words.number(episode.value)} % it lost {words.number(episode.extra)} % a day, usually "
            f"{words.number(episode.usual)}; empty in {words.span(days_left * words.DAY_S)} at that rate"
        )
        evidence = {
            "percent": episode.value,
            "percent_per_day": episode.extra,
            "usual_percent_per_day": episode.usual,
            "days_left": days_left,
        }
        return Report(DETECTOR, "battery_decline", episode, is_open, reason, evidence)

    def save(self, to: StateWriter) -> None:
        to.numbers(self.from_s, self.from_value, self.last_s, self.last_value)
        to.numbers(self.usual_per_day, float(self.spans))
        self.save_episode(to)

    @classmethod
    def load(cls, state: StateReader) -> "Battery":
        battery = cls()
        battery.from_s, battery.from_value, battery.last_s, battery.last_value = state.numbers(4)
        battery.usual_per_day, spans = state.numbers(2)
        battery.spans = int(spans)
        battery.load_episode(state)
        return battery

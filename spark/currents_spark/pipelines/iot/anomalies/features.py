"""
What is looked at in a metric: its level, its change of level, its steps and its variability, each over several
spans. A feature is a distance that is about 0 while all is as usual; both its ends are watched.
"""

import math

from currents_spark.pipelines.iot.anomalies import settings
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter

SPANS = len(settings.SCALES)
_SPAN_NAMES = [f"{scale:.0f}" for scale in settings.SCALES]
# In the order of `Features.values`.
LEVELS = [f"level_{span}" for span in _SPAN_NAMES]
CHANGES = [f"change_{span}" for span in _SPAN_NAMES[:-1]]
STEP = "step_1"
VARIABILITIES = [f"variability_{span}" for span in _SPAN_NAMES[1:]]
NAMES = [*LEVELS, *CHANGES, STEP, *VARIABILITIES]
# Features that are logarithms, not in the metric's unit.
IS_LOGARITHM = [name in VARIABILITIES for name in NAMES]
TINY = 1e-9
# Keeps the logarithm of a standstill finite: 2 % of the usual step.
STANDSTILL = 0.02


class Features:
    """Running centre, spread and means of one metric."""

    __slots__ = ("centre", "spread", "step", "last", "means", "steps", "values")

    def __init__(self) -> None:
        self.centre, self.spread, self.step, self.last = 0.0, 0.0, 0.0, 0.0
        self.means = [0.0] * SPANS
        self.steps = [0.0] * SPANS
        self.values = [0.0] * len(NAMES)

    def update(self, value: float, weight: float, samples: int) -> None:
        if samples == 1:
            self.centre, self.last, self.means = value, value, [value] * SPANS
        step = abs(value - self.last)
        self.last = value
        self._follow(value, step, max(1.0 / samples, weight / settings.MEMORY_UNITS), samples)
        means, steps = self.means, self.steps
        for place, scale in enumerate(settings.SCALES):
            rate = 1.0 if place == 0 else max(1.0 / samples, weight / scale)
            means[place] += rate * (value - means[place])
            steps[place] += rate * (step - steps[place])
        self._compare(step)

    def _follow(self, value: float, step: float, rate: float, samples: int) -> None:
        """A running median: it moves by the side that a value is on, so that no value pulls it far."""
        self.spread += rate * (abs(value - self.centre) - self.spread)
        self.step += rate * (step - self.step)
        if samples > 1 and value != self.centre:
            move = 2.0 * rate * self.spread
            self.centre += move if value > self.centre else -move

    def _compare(self, step: float) -> None:
        means, usual = self.means, self.step or TINY
        values = [mean - self.centre for mean in means]
        values += [means[place] - means[place + 1] for place in range(SPANS - 1)]
        values.append(step)
        softened = (1.0 + STANDSTILL) * usual
        values += [math.log((steps + STANDSTILL * usual) / softened) for steps in self.steps[1:]]
        self.values = values

    def save(self, to: StateWriter) -> None:
        to.numbers(self.centre, self.spread, self.step, self.last, *self.means, *self.steps)

    @classmethod
    def load(cls, state: StateReader) -> "Features":
        features = cls()
        features.centre, features.spread, features.step, features.last, *lists = state.numbers(4 + 2 * SPANS)
        features.means, features.steps = lists[:SPANS], lists[SPANS:]
        return features

"""Scores of a series by Currents' detector, and by those that it must beat."""

import math
import random
from collections.abc import Callable
from statistics import fmean, pstdev

from currents_spark.pipelines.iot.anomalies.device import Device
from nab.scoring import Series, probation

Detector = Callable[[Series], list[float]]
TINY = 1e-6
GAUSSIAN_ROWS, GAUSSIAN_STEP = 6400, 100
# NAB's Gaussian looked its tail up in a table of tenths of a deviation that ended here.
GAUSSIAN_TENTHS_MAX = 71


def currents(series: Series) -> list[float]:
    device = Device(series.name)
    rows = zip(series.times, series.values, strict=True)
    return [device.update("value", at_s, value) for at_s, value in rows]


def fixed_threshold(series: Series) -> list[float]:
    """How far a value is outside the range of the probation, in (0, 1): limits that are set once."""
    learned = series.values[: probation(len(series.values))]
    middle, spread = fmean(learned), pstdev(learned) or TINY
    return [1.0 - 1.0 / (1.0 + abs(value - middle) / spread) for value in series.values]


class WindowedGaussian:
    """Normal distribution of the newest rows, moved on in steps; as in NAB, to the rounding."""

    def __init__(self) -> None:
        self.rows: list[float] = []
        self.next_rows: list[float] = []
        self.mean, self.spread, self.squares = 0.0, 1.0, 0.0

    def score(self, value: float) -> float:
        if not self.rows:
            return 0.0
        tenths = round(10.0 * abs(value - self.mean) / self.spread)
        if tenths > GAUSSIAN_TENTHS_MAX:
            return 1.0
        # Below 1, which floats would reach before the end of the table.
        return min(1.0 - 0.5 * math.erfc(tenths / 10.0 / math.sqrt(2.0)), 1.0 - 1e-12)

    def learn(self, value: float) -> None:
        if len(self.rows) < GAUSSIAN_ROWS:
            self.rows.append(value)
            distance = value - self.mean
            self.mean += distance / len(self.rows)
            self.squares += distance * (value - self.mean)
            self.spread = math.sqrt(self.squares / len(self.rows)) or TINY
            return
        self.next_rows.append(value)
        if len(self.next_rows) == GAUSSIAN_STEP:
            self.rows = self.rows[GAUSSIAN_STEP:] + self.next_rows
            self.next_rows = []
            self.mean, self.spread = fmean(self.rows), pstdev(self.rows) or TINY


def windowed_gaussian(series: Series) -> list[float]:
    gaussian, scores = WindowedGaussian(), []
    for value in series.values:
        scores.append(gaussian.score(value))
        gaussian.learn(value)
    return scores


def null(series: Series) -> list[float]:
    return [0.5] * len(series.values)


def at_random(seed: int) -> Detector:
    source = random.Random(seed)
    return lambda series: [source.random() for _ in series.values]

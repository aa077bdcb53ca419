"""Made series of one device, healthy or with a planted fault, for the tests of anomalies."""

import math
import random
from collections.abc import Callable, Iterator

from currents_spark.pipelines.iot.anomalies.episode import Anomaly

# A Monday, 00:00 UTC.
MONDAY_S = 1_772_409_600.0
DAY_S = 86_400.0

Row = tuple[str, float, float]
Fault = Callable[[str, float, float], float]


def healthy(metric: str, at_s: float, noise: float) -> float:
    """The rhythm of a day, less of it at the weekend, with noise."""
    day = (at_s - MONDAY_S) / DAY_S
    by_day = math.sin(2.0 * math.pi * day) * (0.3 if day % 7 >= 5 else 1.0)
    return {
        "temperature_c": 21.0 + 1.5 * by_day + 0.2 * noise,
        "humidity_percent": 44.0 + 5.0 * by_day + 1.0 * noise,
        "vibration_mm_per_s": 1.8 + 0.1 * noise,
        "power_w": 6000.0 + 3500.0 * by_day + 150.0 * noise,
        "battery_percent": 95.0 - 0.2 * (at_s - MONDAY_S) / DAY_S,
    }[metric]


def series(
    metrics: list[str], days: float, step_s: float = 300.0, fault: Fault | None = None, seed: int = 7
) -> list[Row]:
    return list(_rows(metrics, days, step_s, fault or (lambda metric, at_s, value: value), seed))


def _rows(metrics: list[str], days: float, step_s: float, fault: Fault, seed: int) -> Iterator[Row]:
    source = random.Random(seed)
    for number in range(int(days * DAY_S / step_s)):
        at_s = MONDAY_S + number * step_s
        for metric in metrics:
            value = fault(metric, at_s, healthy(metric, at_s, source.gauss(0.0, 1.0)))
            if not math.isnan(value):
                yield metric, at_s, round(value, 3)


def from_day(
    day: float, change: Callable[[float, float], float], metric: str, until: float = math.inf
) -> Fault:
    """A change of one metric, by the seconds since it began, between two days."""

    def fault(name: str, at_s: float, value: float) -> float:
        since_s = at_s - MONDAY_S - day * DAY_S
        is_faulty = name == metric and 0.0 <= since_s < (until - day) * DAY_S
        return change(value, since_s) if is_faulty else value

    return fault


def newest(rows: list[Anomaly]) -> dict[str, Anomaly]:
    """As a table keeps them: the last row of an id."""
    return {row.anomaly_id: row for row in rows}

"""What a score does not say: precision, recall, delay, and false alarms in a device's week."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from currents_spark.pipelines.iot.anomalies.words import DAY_S, HOUR_S
from nab.scoring import Series, probation

WEEK_S = 7 * DAY_S


class Measures(NamedTuple):
    precision: float
    recall: float
    delay_hours: float
    delay_share: float
    false_alarms_per_week: float


def measure(corpus: Sequence[Series], scores: Sequence[Sequence[float]], threshold: float) -> Measures:
    """
    Alarms are rows at or above the threshold after probation. The delay is from the window's first row, which
    is before the anomaly, and is also given as a share of the window.
    """
    true, false, windows, found, weeks = 0, 0, 0, [], 0.0
    for series, of_series in zip(corpus, scores, strict=True):
        start = probation(len(series.times))
        alarms = [row for row in range(start, len(of_series)) if of_series[row] >= threshold]
        hits = [row for row in alarms if any(first <= row <= last for first, last in series.windows)]
        true, false = true + len(hits), false + len(alarms) - len(hits)
        weeks += (series.times[-1] - series.times[start]) / WEEK_S
        windows += len(series.windows)
        found += [delay for window in series.windows if (delay := _delay(series, hits, window)) is not None]
    return Measures(
        precision=true / (true + false) if true + false else 1.0,
        recall=len(found) / windows,
        delay_hours=median(hours for hours, _ in found) if found else 0.0,
        delay_share=median(share for _, share in found) if found else 0.0,
        false_alarms_per_week=false / weeks,
    )


def _delay(series: Series, hits: list[int], window: tuple[int, int]) -> tuple[float, float] | None:
    first, last = window
    inside = [row for row in hits if first <= row <= last]
    if not inside:
        return None
    return (series.times[inside[0]] - series.times[first]) / HOUR_S, (inside[0] - first) / (last - first)

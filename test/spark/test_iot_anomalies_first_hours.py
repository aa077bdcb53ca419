"""A device of which little is known yet: two minutes of one sample a second, and its first hours."""

import random
from collections.abc import Callable

import pytest

from currents_spark.pipelines.iot.anomalies import detect
from currents_spark.pipelines.iot.anomalies.episode import Anomaly
from iot_series import MONDAY_S

NOON_S = MONDAY_S + 12 * 3600
USUAL = {"temperature_c": (21.0, 0.3), "humidity_percent": (44.0, 2.0), "pressure_hpa": (1013.0, 0.2),
         "power_w": (6000.0, 240.0), "vibration_mm_per_s": (1.8, 0.2)}  # fmt: skip


def two_minutes(change: Callable[[str, int, float], float], seconds: int = 120) -> list[Anomaly]:
    source = random.Random(3)
    rows = []
    for second in range(seconds):
        for metric, (level, width) in USUAL.items():
            value = change(metric, second, level + source.uniform(-width, width))
            rows.append((metric, NOON_S + second, round(value, 3)))
    return detect("device", None, rows, NOON_S + seconds).anomalies


def only(metric: str, changed: Callable[[int, float], float]) -> Callable[[str, int, float], float]:
    return lambda name, second, value: changed(second, value) if name == metric else value


CHANGES = {
    "spikes": (
        "power_w",
        "spike",
        only("power_w", lambda second, value: 8 * value if second % 20 == 19 else value),
    ),
    "shift": (
        "power_w",
        "level_shift",
        only("power_w", lambda second, value: 1.6 * value if second > 40 else value),
    ),
    "drift": ("temperature_c", "drift", only("temperature_c", lambda second, value: value + 0.05 * second)),
    "failing": (
        "vibration_mm_per_s",
        "vibration_pattern",
        only("vibration_mm_per_s", lambda second, value: value * 1.03**second),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_of_the_first_minutes_is_found(name: str) -> None:
    metric, kind, change = CHANGES[name]
    anomalies = two_minutes(change)
    assert kind in {row.kind for row in anomalies}, [row[1:11] for row in anomalies]
    assert {row.metric for row in anomalies} == {metric}


def test_healthy_first_minutes_are_quiet() -> None:
    assert two_minutes(lambda metric, second, value: value, seconds=1800) == []


def test_a_device_of_which_nothing_changes_is_stuck_as_a_whole() -> None:
    first: dict[str, float] = {}
    anomalies = two_minutes(lambda metric, second, value: first.setdefault(metric, value))
    (stuck,) = anomalies
    assert (stuck.metric, stuck.kind, stuck.is_open) == ("all", "stuck", True)
    assert stuck.start_at.timestamp() == NOON_S
    assert "none of 5 metrics" in stuck.reason


def test_one_metric_may_stand_still_by_nature() -> None:
    assert two_minutes(only("pressure_hpa", lambda second, value: 1013.0)) == []


def test_a_device_that_goes_offline_after_its_first_samples_is_silent() -> None:
    rows = [("temperature_c", NOON_S + second, 21.0 + second / 100) for second in range(5)]
    state, _ = detect("device", None, rows, NOON_S + 5)
    (silent,) = detect("device", state, [], NOON_S + 120).anomalies
    assert silent.kind == "silent" and silent.evidence["usual_s"] == 1.0

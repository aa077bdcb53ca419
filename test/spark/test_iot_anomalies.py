"""The detectors of one device: each planted fault is found where it is, and restarts change nothing."""

import math
import random
import time

import pytest

from currents_spark.errors import AnomalyStateError
from currents_spark.pipelines.iot.anomalies import KINDS, detect
from currents_spark.pipelines.iot.anomalies.episode import Anomaly
from iot_series import DAY_S, MONDAY_S, from_day, newest, series

ALL = ["temperature_c", "humidity_percent", "vibration_mm_per_s", "power_w", "battery_percent"]
FAULT_DAY = 12.25
FAULT_S = MONDAY_S + FAULT_DAY * DAY_S

PLANTED = {
    "spike": ("power_w", "spike", lambda value, _: 5.0 * value, FAULT_DAY + 0.003),
    "level_shift": ("temperature_c", "level_shift", lambda value, _: value + 5.0, FAULT_DAY + 2),
    "drift": (
        "temperature_c",
        "drift|level_shift",
        lambda value, since_s: value + since_s / DAY_S,
        FAULT_DAY + 6,
    ),
    "vibration_grows": (
        "vibration_mm_per_s",
        "vibration_pattern",
        lambda value, _: 2.0 * value,
        FAULT_DAY + 1,
    ),
    "vibration_rattles": (
        "vibration_mm_per_s",
        "vibration_pattern|spike",
        lambda value, _: 1.8 + 6.0 * (value - 1.8),
        FAULT_DAY + 1,
    ),
    "stuck": ("humidity_percent", "stuck", lambda *_: 44.2, FAULT_DAY + 0.5),
    "battery_decline": (
        "battery_percent",
        "battery_decline",
        lambda value, since_s: value - 6.0 * since_s / DAY_S,
        FAULT_DAY + 3,
    ),
}


def found(rows: list[tuple[str, float, float]], now_s: float | None = None) -> list[Anomaly]:
    return detect("device", None, rows, now_s).anomalies


def since_fault(anomalies: list[Anomaly]) -> list[Anomaly]:
    return [row for row in anomalies if row.end_at.timestamp() >= FAULT_S]


@pytest.fixture(scope="module")
def healthy_anomalies() -> list[Anomaly]:
    return found(series(ALL, FAULT_DAY + 7))


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_in_its_metric(name: str) -> None:
    metric, kinds, change, until = PLANTED[name]
    rows = series([metric], FAULT_DAY + 7, fault=from_day(FAULT_DAY, change, metric, until))
    anomalies = since_fault(found(rows))
    fitting = [row for row in anomalies if row.kind in kinds.split("|")]
    assert fitting, [row[1:11] for row in anomalies]
    first = fitting[0]
    # Drift and battery take a day to be told from a day's own change.
    assert -DAY_S / 4 <= first.start_at.timestamp() - FAULT_S <= 2.5 * DAY_S
    assert first.start_at <= first.end_at
    assert first.metric == metric and first.kind in KINDS
    assert 0.5 <= first.score <= 1.0 and first.severity in ("low", "medium", "high")
    assert len(first.reason) > 20 and all(math.isfinite(value) for value in first.evidence.values())


def test_a_healthy_device_alarms_seldom(healthy_anomalies: list[Anomaly]) -> None:
    weeks = (FAULT_DAY + 7) / 7
    assert len(healthy_anomalies) / weeks <= 3.0, [row[1:11] for row in healthy_anomalies]
    assert not any(row.kind in ("silent", "stuck", "battery_decline") for row in healthy_anomalies)


def test_a_fault_of_one_metric_is_not_told_of_others(healthy_anomalies: list[Anomaly]) -> None:
    fault = from_day(FAULT_DAY, lambda value, _: value + 5.0, "temperature_c")
    anomalies = found(series(ALL, FAULT_DAY + 7, fault=fault))
    others = [row for row in anomalies if row.metric != "temperature_c"]
    assert others == [row for row in healthy_anomalies if row.metric != "temperature_c"]


def silent_from_fault(metric: str, at_s: float, value: float) -> float:
    return math.nan if FAULT_S <= at_s < FAULT_S + DAY_S else value


def test_a_silent_device_is_told_while_it_is_silent_and_once_it_is_back() -> None:
    rows = series(["temperature_c"], FAULT_DAY + 3, fault=silent_from_fault)
    before = [row for row in rows if row[1] < FAULT_S]
    state, anomalies = detect("device", None, before, now_s=FAULT_S)
    assert not [row for row in anomalies if row.kind == "silent"]
    state, anomalies = detect("device", state, [], now_s=FAULT_S + 2 * 3600)
    (silent,) = [row for row in anomalies if row.kind == "silent"]
    assert silent.is_open and silent.metric == "all" and "silent for 2 hours" in silent.reason
    assert silent.start_at.timestamp() == before[-1][1]
    _, anomalies = detect("device", state, rows[len(before) :])
    (back,) = [row for row in anomalies if row.kind == "silent"]
    assert back.anomaly_id == silent.anomaly_id and not back.is_open
    assert back.end_at.timestamp() == FAULT_S + DAY_S


def changing(metric: str, at_s: float, value: float) -> float:
    """Everything at once, so that every part of the state is in use."""
    if FAULT_S - 2 * DAY_S <= at_s < FAULT_S - DAY_S:
        return math.nan
    if metric == "humidity_percent" and at_s >= FAULT_S:
        return 44.2
    if metric == "battery_percent" and at_s >= FAULT_S:
        return value - 6.0 * (at_s - FAULT_S) / DAY_S
    return 1.5 * value if at_s >= FAULT_S + DAY_S / 2 else value


@pytest.mark.parametrize("step_s, days, seed", [(300.0, FAULT_DAY + 2, 1), (300.0, 0.5, 2), (20.0, 0.3, 3)])
def test_batches_of_any_size_give_the_same_anomalies_and_the_same_state(
    step_s: float, days: float, seed: int
) -> None:
    rows = series(ALL, days, step_s, fault=changing)
    whole = detect("device", None, rows, rows[-1][1])
    source, state, written, taken = random.Random(seed), None, [], 0
    while taken < len(rows):
        size = source.choice([1, 2, 7, 40, 400])
        batch = rows[taken : taken + size]
        state, anomalies = detect("device", state, batch, batch[-1][1])
        written += anomalies
        taken += size
    assert state == whole.state
    assert newest(written) == newest(whole.anomalies)


def test_rows_that_tell_nothing_change_nothing() -> None:
    rows = series(["temperature_c"], 1.0)
    noted = detect("device", None, rows)
    late = [("temperature_c", MONDAY_S, 999.0), ("temperature_c", rows[-1][1], 999.0)]
    broken = [("temperature_c", rows[-1][1] + 300.0, value) for value in (None, math.nan, math.inf, 1e300)]
    assert detect("device", noted.state, [*late, *broken]).state == noted.state


def test_a_register_is_no_sensor() -> None:
    rows = [("energy_kwh", MONDAY_S + 300.0 * number, 1.0 * number) for number in range(2000)]
    assert found(rows) == []


def test_values_of_any_size_are_survived() -> None:
    values = [0.0, 1e29, -1e29, 5e-324, 1.0, 1.0] * 200
    rows = [("temperature_c", MONDAY_S + 300.0 * number, value) for number, value in enumerate(values)]
    assert all(math.isfinite(row.score) for row in found(rows))


def test_state_is_small_and_of_a_known_version() -> None:
    state = detect("device", None, series(ALL, 20.0)).state
    assert len(state) <= 6_000 * len(ALL)
    with pytest.raises(AnomalyStateError, match=r"version 1, found \[9\]"):
        detect("device", b"\x01\x00\x09" + state[3:], [])
    with pytest.raises(AnomalyStateError):
        detect("device", b"\x01\x00", [])


def test_it_is_fast_enough() -> None:
    """Measured at 35,000 to 40,000 samples/s of one core; the bound leaves room for a busy machine."""
    rows = series(["power_w", "temperature_c"], 20.0)
    started_s = time.process_time()
    found(rows)
    assert len(rows) / (time.process_time() - started_s) > 10_000

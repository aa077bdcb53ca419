"""The step of telemetry's fold, device by device: what is written, when to ask, and what is remembered of it."""

import random
from typing import Any

import pytest

from currents_spark.engine.fold import Folded
from currents_spark.engine.fold_records import newest_time_s
from currents_spark.pipelines.iot.anomaly_tables import SAID
from currents_spark.pipelines.iot.watch import METRICS, watch

START_S = 1_764_547_200.0
NAMES = [name for name, _ in SAID]
Row = dict[str, Any]


class Fleet:
    """Runs of one device; `rows` as a table keeps them."""

    def __init__(self, device: str = "pump") -> None:
        self.device, self.state, self.rows, self.written = device, None, {}, 0
        self.ask_s: float | None = None

    def run(self, *samples: Row, now_s: float | None = None) -> list[Row]:
        lists = {name: [sample.get(name) for sample in samples] for name in ("at_s", "arrived_s", *METRICS)}
        now = now_s or samples[-1]["arrived_s"]
        folded: Folded = watch(self.device, self.state, lists, now)
        self.state = folded.state
        self.ask_s = None if folded.ask_at is None else folded.ask_at.timestamp()
        rows = [dict(zip(NAMES, row, strict=True)) for row in folded.rows]
        self.rows |= {row["anomaly_id"]: row for row in rows}
        self.written += len(rows)
        return rows


def sample(number: float, step_s: float = 10.0, **changes: Any) -> Row:
    noise = random.Random(f"{number}")
    at_s = START_S + step_s * number
    values = {
        "temperature_c": round(41 + noise.gauss(0, 0.3), 2),
        "power_w": round(800 + noise.gauss(0, 10), 1),
    }
    return {"at_s": at_s, "arrived_s": at_s + 0.2, **values, **changes}


def test_a_device_is_asked_at_the_limit_of_its_rhythm_and_each_time_its_silence_has_doubled() -> None:
    fleet = Fleet()
    assert fleet.run(*(sample(number) for number in range(3))) == [] and fleet.ask_s is None
    fleet.run(*(sample(number) for number in range(3, 10)))
    heard_s = sample(9)["arrived_s"]
    assert fleet.ask_s == pytest.approx(heard_s + 80, abs=0.01)
    (silent,) = fleet.run(now_s=fleet.ask_s + 1)
    assert (silent["kind"], silent["is_open"]) == ("silent", True)
    assert fleet.ask_s == pytest.approx(heard_s + 2 * 81, abs=0.01)
    assert fleet.run(now_s=heard_s + 100) == []
    (again,) = fleet.run(now_s=heard_s + 163)
    assert again["anomaly_id"] == silent["anomaly_id"] and again["score"] > silent["score"]
    (ended,) = fleet.run(sample(60))
    assert ended["anomaly_id"] == silent["anomaly_id"] and not ended["is_open"]
    assert ended["end_at"].timestamp() == pytest.approx(sample(60)["arrived_s"], abs=0.01)


def test_a_device_that_was_said_to_be_silent_and_was_only_slow_is_not_left_silent() -> None:
    """Its record came to Kafka before the time that it was judged by, and was seen after it."""
    fleet = Fleet()
    fleet.run(*(sample(number) for number in range(10)))
    (silent,) = fleet.run(now_s=sample(9)["arrived_s"] + 200)
    (ended,) = fleet.run(sample(10))
    assert (ended["anomaly_id"], ended["is_open"]) == (silent["anomaly_id"], False)
    assert 0 <= ended["score"] < 0.5 and ended["severity"] == "low"
    assert fleet.run(sample(11)) == []


def test_a_device_that_keeps_its_samples_is_heard_when_it_sends_them() -> None:
    """A limit doubles with each pause at most: that hours are its rhythm is learned within half a day."""
    fleet, sent = Fleet(), [START_S + 3600 * hour for hour in range(1, 13)]
    found: list[Row] = []
    for hour, arrived_s in enumerate(sent):
        numbers = range(60 * hour, 60 * (hour + 1))
        samples = (sample(number, 60.0, arrived_s=arrived_s + number / 1000) for number in numbers)
        found = [row for row in fleet.run(*samples) if row["kind"] == "silent"]
    assert found == []
    assert fleet.run(now_s=sent[-1] + 3700) == []
    assert [row["kind"] for row in fleet.run(now_s=sent[-1] + 3 * 3600)] == ["silent"]


def test_late_ahead_and_doubled_samples_change_no_state() -> None:
    fleet = Fleet()
    fleet.run(*(sample(number) for number in range(50)))
    known = fleet.state
    late_s = sample(50)["arrived_s"]
    again = [sample(number, power_w=9000.0, arrived_s=late_s) for number in (10, 49, 20)]
    soon = {**sample(49, power_w=9000.0, arrived_s=late_s), "at_s": sample(49)["at_s"] + 0.1}
    assert fleet.run(*again, soon) == [] and fleet.state == known


def test_an_open_anomaly_is_written_when_it_has_changed_or_lasted_twice_as_long() -> None:
    fleet = Fleet()
    fleet.run(*(sample(number) for number in range(40)))
    for number in range(40, 340):
        fleet.run(sample(number, power_w=6000.0 + number % 7))
    shifts = [
        row for row in fleet.rows.values() if row["metric"] == "power_w" and row["kind"] == "level_shift"
    ]
    assert shifts
    # 300 runs wrote some rows, not 300.
    assert fleet.written <= 30


def test_four_samples_a_second_are_taken_whatever_the_batches_are() -> None:
    samples = [sample(number, 0.05, power_w=800.0 + number % 9) for number in range(2000)]
    whole, parts, thinned = Fleet(), Fleet(), Fleet()
    whole.run(*samples)
    for first in range(0, 2000, 333):
        parts.run(*samples[first : first + 333])
    thinned.run(*samples[::5], now_s=samples[-1]["arrived_s"])
    assert whole.state == parts.state
    assert len(thinned.state) == len(whole.state)


def test_an_id_of_any_length_is_taken() -> None:
    fleet = Fleet("x" * 100_000)
    fleet.run(*(sample(number) for number in range(40)))
    fleet.run(*(sample(number, power_w=6000.0) for number in range(40, 44)))
    assert fleet.run(*(sample(number) for number in range(44, 60)))


def test_an_energy_register_tells_only_that_the_device_was_heard() -> None:
    fleet = Fleet()
    meter = [
        {"at_s": START_S + 10 * number, "arrived_s": START_S + 10 * number, "energy_kwh": 5.0 * number}
        for number in range(200)
    ]
    assert fleet.run(*meter) == []
    assert [row["kind"] for row in fleet.run(now_s=START_S + 10_000)] == ["silent"]


def test_one_producer_whose_clock_is_ahead_is_not_believed() -> None:
    assert newest_time_s([10.0, 30.0, 5000.0], 100.0) == 30.0
    assert newest_time_s([10.0], 100.0) == 10.0
    assert newest_time_s([4000.0, 5000.0], 100.0) == 100.0

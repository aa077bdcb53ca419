"""Anomalies of devices in the lake: the same whatever the batches are, and nothing of them from late rows."""

import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.errors import FoldStepFailedError
from currents_spark.pipelines.iot.told import Told
from iot_lake import IotLake, telemetry
from nem_messages import KAFKA_TIME

ROWS = """SELECT anomaly_id, device_id, device_type, building_id, metric, detector, kind, severity, score, start_at,
    end_at, is_open, reason, evidence, is_simulated, event_date FROM lake.iot.anomalies ORDER BY anomaly_id"""
ENDED = ROWS.replace("ORDER BY", "WHERE NOT is_open ORDER BY")
STATES = """SELECT device_id, max_by(state, version), max_by(device_type, version), max(version)
    FROM lake.iot.anomaly_state GROUP BY device_id ORDER BY device_id"""
STEP_S = 10
Sent = tuple[datetime, bytes, int]


def new_lake(spark: SparkSession, folder: Path, name: str = "watch") -> IotLake:
    return IotLake(spark, folder / name)


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> IotLake:
    return new_lake(spark, tmp_path)


def sent(device: str, number: int, partition: int = 0, **changes: Any) -> Sent:
    """The measurement of a healthy pump, sent at once; the same number gives the same."""
    noise = random.Random(f"{device} {number}")
    at = KAFKA_TIME + timedelta(seconds=STEP_S * number)
    values = {
        "temperature_c": round(41 + noise.gauss(0, 0.3), 2),
        "vibration_mm_per_s": round(1.3 + noise.gauss(0, 0.05), 3),
        "power_w": round(800 + noise.gauss(0, 10), 1),
        "energy_kwh": 1000 + number,
        "event_at": at.isoformat(),
        **changes,
    }
    message = telemetry(device, **{"sequence": number, **values})
    return at + timedelta(milliseconds=200), message, partition


def feed(lake: IotLake, records: list[Sent]) -> IotLake:
    for at, value, partition in records:
        lake.send_at(at, value, partition=partition)
    return lake


def fleet(count: int) -> list[Sent]:
    """In the order of sending: one device with a spike, one that is stuck, one whose level shifts, one healthy."""
    stuck = {"temperature_c": 41.2, "vibration_mm_per_s": 1.31, "power_w": 803.0, "power_factor": 0.8}
    records = []
    for number in range(count):
        is_spike = number == 40
        records += [
            sent("spiking", number, 0, **({"power_w": 6000} if is_spike else {})),
            sent("stuck", number, 1, **(stuck if number >= 30 else {})),
            sent("shifted", number, 2, **({"temperature_c": 80 + number / 100} if number >= 50 else {})),
            sent("healthy", number, 0),
        ]
    return records


def detectors(lake: IotLake) -> dict[str, tuple[bytes, str]]:
    """By device what the detectors remember, without what was said."""
    return {
        device: (Told.load(device, bytes(state))[1].save(), kind)
        for device, state, kind, _ in lake.values(STATES)
    }


def test_batches_and_restarts_give_the_same_anomalies_and_the_same_state(
    spark: SparkSession, tmp_path: Path
) -> None:
    records = fleet(120)
    whole, parts = new_lake(spark, tmp_path, "whole"), new_lake(spark, tmp_path, "parts")
    feed(whole, records).refine()
    for size in (100, 3, 150, len(records)):
        batch, records = records[:size], records[size:]
        # A new session is a driver that has restarted: all that it knows is in the lake.
        feed(parts, batch).refine()
    assert detectors(parts) == detectors(whole)
    assert parts.values(ENDED) == whole.values(ENDED)
    found = {(row.device_id, row.kind) for row in whole.rows(ROWS)}
    assert {("spiking", "spike"), ("shifted", "level_shift"), ("stuck", "stuck")} <= found
    assert not [device for device, _ in found if device == "healthy"]
    row = whole.rows(ROWS)[0]
    assert (row.device_type, row.building_id, row.is_simulated) == ("pump", "B1", True)
    assert row.event_date == row.start_at.date() and 0.5 <= row.score <= 1 and row.evidence


def test_late_and_doubled_records_change_nothing_that_was_said(lake: IotLake) -> None:
    feed(lake, fleet(80)).refine()
    said, known = lake.values(ROWS), detectors(lake)
    late_at = KAFKA_TIME + timedelta(seconds=80 * STEP_S)
    values = [sent("spiking", number, power_w=9000, sequence=1000 + number)[1] for number in range(20, 40)]
    again = [sent("shifted", 70)[1]]
    lake.send_at(late_at, *values).send_at(late_at, *again, partition=2).refine()
    assert lake.values("SELECT count(*) FROM lake.iot.silver_telemetry WHERE power_w = 9000") == [20]
    assert (lake.values(ROWS), detectors(lake)) == (said, known)


def test_a_clock_that_is_ahead_blinds_no_device(lake: IotLake) -> None:
    ahead = (KAFKA_TIME + timedelta(minutes=50)).isoformat()
    records = [sent("pump", number, **({"event_at": ahead} if number == 30 else {})) for number in range(60)]
    records += [sent("pump", 60 + number, power_w=6000 + number) for number in range(20)]
    feed(lake, records).refine()
    (start_at,) = lake.values("SELECT min(start_at) FROM lake.iot.anomalies WHERE metric = 'power_w'")
    assert start_at == sent("pump", 60)[0].replace(tzinfo=None) - timedelta(milliseconds=200)


def silent(lake: IotLake) -> list[Any]:
    return lake.rows("SELECT * FROM lake.iot.anomalies WHERE kind = 'silent' ORDER BY device_id")


def test_a_device_is_silent_against_its_own_rhythm_until_it_is_heard_again(lake: IotLake) -> None:
    feed(lake, [sent(device, number) for number in range(10) for device in ("a", "b", "c")]).refine()
    assert silent(lake) == []
    for numbers in (range(10, 16), range(16, 30)):
        feed(lake, [sent(device, number) for number in numbers for device in ("a", "b")]).refine()
    (row,) = silent(lake)
    last_heard = sent("c", 9)[0].replace(tzinfo=None)
    assert (row.device_id, row.metric, row.is_open, row.start_at) == ("c", "all", True, last_heard)
    assert row.device_type == "pump" and "silent for" in row.reason
    feed(lake, [sent(device, 30) for device in ("a", "b", "c")]).refine()
    (row,) = silent(lake)
    assert not row.is_open and row.end_at == sent("c", 30)[0].replace(tzinfo=None)


def test_a_producer_whose_clock_is_ahead_makes_no_other_device_silent(lake: IotLake) -> None:
    feed(lake, [sent(device, number) for number in range(10) for device in ("a", "b", "c")]).refine()
    feed(lake, [sent(device, number) for number in (10, 11) for device in ("a", "b")])
    lake.send_at(KAFKA_TIME + timedelta(hours=5), sent("c", 10)[1]).refine()
    assert [row for row in silent(lake) if row.device_id != "c"] == []


def test_the_state_table_is_written_again_before_it_has_many_files(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, plain = new_lake(spark, tmp_path, "kept"), new_lake(spark, tmp_path, "plain")
    records = fleet(40)
    for lake, files_max in ((kept, 2), (plain, 16)):
        monkeypatch.setattr("currents_spark.engine.fold_state.FILES_MAX", files_max)
        for first in range(0, len(records), 40):
            feed(lake, records[first : first + 40]).refine()
        feed(lake, [sent("healthy", 41)]).refine()
    assert kept.values(STATES) == plain.values(STATES)
    counts = [lake.values("SELECT count(*) FROM lake.iot.anomaly_state")[0] for lake in (kept, plain)]
    assert counts == [4, 17]


def test_ten_thousand_new_devices_come_at_once(lake: IotLake) -> None:
    devices = [f"new-{number}" for number in range(10_000)]
    lake.send_at(KAFKA_TIME, *(telemetry(device, device_type="lift") for device in devices))
    started = time.monotonic()
    lake.refine()
    print(f"10,000 new devices: {time.monotonic() - started:.1f} s")
    counts = "SELECT (SELECT count(*) FROM lake.iot.silver_telemetry), (SELECT count(*) FROM lake.iot.anomaly_state)"
    assert lake.values(counts) == [(10_000, 10_000)]
    assert lake.values("SELECT count(*) FROM lake.iot.anomalies") == [0]
    feed(lake, [sent("new-7", 1)]).refine()
    assert lake.values("SELECT count(*) FROM lake.iot.anomaly_state") == [10_001]


def test_a_state_of_another_version_is_an_error_that_names_the_device(lake: IotLake) -> None:
    feed(lake, [sent("pump", 0)]).refine()
    lake.session.sql(
        """INSERT INTO lake.iot.anomaly_state SELECT device_id, device_type, building_id, is_simulated, version + 1,
        ask_at, concat(unhex('0000000000000040'), encode('{}', 'UTF-8'), unhex('010009')), run_id
        FROM lake.iot.anomaly_state"""
    )
    feed(lake, [sent("pump", 1)])
    with pytest.raises(
        FoldStepFailedError, match=r"AnomalyStateError: .*version 1, found \[9\]: device pump"
    ):
        lake.refine()
    assert lake.values("SELECT count(*) FROM lake.iot.anomalies") == [0]

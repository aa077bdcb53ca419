"""Telemetry of buildings: rows with their flags, and what becomes a dead letter."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from currents_spark.engine.guard import first_broken, rules_of
from currents_spark.engine.json_message import JsonMessage
from currents_spark.jobs.warm_up import warm_up
from currents_spark.pipelines.iot.definition import PIPELINE
from currents_spark.pipelines.iot.quality import FLAG_NAMES
from currents_spark.pipelines.iot.telemetry import TELEMETRY
from currents_spark.runner.control import JobControl
from iot_lake import IotLake, at, telemetry
from nem_lake import count_of

SILVER = "iot.silver_telemetry"
FLAGS = f"SELECT device_id, sequence, quality_flags FROM lake.{SILVER} ORDER BY device_id, sequence"


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> IotLake:
    return IotLake(spark, tmp_path / "telemetry")


def test_a_message_fills_bronze_as_received_and_a_row_of_silver(lake: IotLake) -> None:
    result = lake.send(telemetry(firmware={"version": "2.1"})).refine()
    bronze = lake.rows("SELECT * FROM lake.iot.bronze_telemetry")[0].asDict()
    silver = lake.rows(f"SELECT * FROM lake.{SILVER}")[0].asDict()
    measured = {"temperature_c": 41.5, "power_factor": 0.82, "energy_kwh": 1042.125, "humidity_percent": None}
    for row in (bronze, silver):
        assert {name: row[name] for name in measured} == measured
        assert (row["floor"], row["zone"], row["is_simulated"], row["offset"]) == (-1, "plant-a", True, 0)
    assert bronze["extra"] == {"firmware": '{"version":"2.1"}'}
    assert (silver["records"], silver["delay_s"], silver["quality_flags"]) == (1, 1, [])
    assert count_of(result, SILVER)["inserted"] == 1


def test_the_row_of_a_key_counts_its_records_and_shows_the_newest(lake: IotLake) -> None:
    first = lake.send(telemetry(), telemetry(sequence=1), telemetry()).refine()
    assert (count_of(first, SILVER)["inserted"], count_of(first, SILVER)["duplicates"]) == (2, 1)
    assert lake.values(FLAGS) == [("pump-1", 0, ["doubled"]), ("pump-1", 1, [])]
    second = lake.send(telemetry(temperature_c=42)).refine()
    assert (count_of(second, SILVER)["inserted"], count_of(second, SILVER)["superseded"]) == (0, 1)
    rows = f"SELECT sequence, records, temperature_c FROM lake.{SILVER} ORDER BY sequence"
    assert lake.values(rows) == [(0, 3, 42.0), (1, 1, 41.5)]


@pytest.mark.parametrize("is_bulk", [False, True])
def test_suspicious_rows_are_kept_and_flagged(
    lake: IotLake, monkeypatch: pytest.MonkeyPatch, is_bulk: bool
) -> None:
    if is_bulk:
        monkeypatch.setattr("currents_spark.engine.refine.BULK_RECORDS_MIN", 1)
        lake.in_bulk()
    nothing = {
        name: None
        for name in ("temperature_c", "vibration_mm_per_s", "power_w", "power_factor", "energy_kwh")
    }
    cases = {
        "late": {"event_at": at(minutes=6)},
        "clock_ahead": {"event_at": at(minutes=-30)},
        "nothing_measured": nothing,
        "temperature_c_unusual": {"temperature_c": 95},
        "humidity_percent_unusual": {"humidity_percent": 100},
        "pressure_hpa_unusual": {"pressure_hpa": 700.0},
        "vibration_mm_per_s_unusual": {"vibration_mm_per_s": 30},
        "power_w_unusual": {"power_w": 300_000},
        "power_factor_low": {"power_factor": -0.2},
        "battery_low": {"battery_percent": 3},
    }
    lake.send(*(telemetry(name, **changes) for name, changes in cases.items()), telemetry("all-right"))
    lake.send(telemetry("doubled"), telemetry("doubled"))
    before = telemetry("compared", event_at=at(seconds=9), battery_percent=50, energy_kwh=2000)
    lake.send(before, telemetry("compared", 1, battery_percent=60)).refine()
    flags = {device: found for device, _, found in lake.values(FLAGS)}
    compared = ["energy_backwards", "battery_rises"]
    assert flags == {
        "all-right": [],
        "doubled": ["doubled"],
        "compared": compared,
        **{name: [name] for name in cases},
    }
    assert set(FLAG_NAMES) == {*cases, *compared, "doubled"}


BAD: dict[bytes | None, tuple[str, str]] = {
    telemetry()[:150]: ("malformed_json", "json:object"),
    b"[1, 2, 3]": ("malformed_json", "json:object"),
    None: ("malformed_json", "json:object"),
    telemetry(event_at="12:30"): ("event_at_invalid", "iso_timestamp:event_at"),
    telemetry(device=" "): ("empty_device_id", "not_null:device_id"),
    telemetry(sequence=1.5): ("sequence_not_a_whole_number", "whole_number:sequence"),
    telemetry(sequence=-1): ("sequence_out_of_range", "at_least_0:sequence"),
    telemetry(building_id=None): ("building_id_missing", "not_null:building_id"),
    telemetry(floor=None): ("floor_missing", "not_null:floor"),
    telemetry(temperature_c="warm"): ("temperature_c_not_a_number", "number:temperature_c"),
    telemetry(temperature_c="NaN"): ("temperature_c_not_a_number", "number:temperature_c"),
    telemetry(is_simulated="perhaps"): ("is_simulated_not_a_boolean", "boolean:is_simulated"),
    telemetry(power_factor=1.0001): ("power_factor_out_of_range", "at_least_-1_at_most_1:power_factor"),
    telemetry(humidity_percent=-0.1): (
        "humidity_percent_out_of_range",
        "at_least_0_at_most_100:humidity_percent",
    ),
    telemetry(event_at="2200-01-01T00:00:00Z"): ("event_at_in_future", "not_after_record_plus_1h:event_at"),
    telemetry(event_at=at(minutes=-61)): ("event_at_in_future", "not_after_record_plus_1h:event_at"),
    telemetry(event_at="1970-01-01T00:00:00Z"): (
        "event_at_too_old",
        "not_before_record_minus_720h:event_at",
    ),
}


def test_impossible_records_become_dead_letters_with_payload_reason_and_rule(lake: IotLake) -> None:
    at_the_limits = telemetry(
        power_factor=-1, humidity_percent=100, battery_percent=0.0, event_at=at(minutes=-59)
    )
    counts = count_of(lake.send(*BAD, at_the_limits, telemetry("x", event_at=at(days=29.9))).refine(), SILVER)
    assert (counts["rows_in"], counts["dead_letters"], counts["inserted"]) == (len(BAD) + 2, len(BAD), 2)
    dead_letters = lake.values(
        "SELECT payload, reason, rule, offset FROM lake.iot_ops.dead_letters ORDER BY offset"
    )
    assert dead_letters == [
        (payload if payload is None else payload.decode(), reason, rule, offset)
        for offset, (payload, (reason, rule)) in enumerate(BAD.items())
    ]


def test_nested_fields_are_kept_as_text(lake: IotLake) -> None:
    lake.send(telemetry(firmware={"modules": [{"name": "radio", "build": 7}]})).refine()
    extra = lake.values("SELECT extra FROM lake.iot.bronze_telemetry")
    assert extra == [{"firmware": '{"modules":[{"name":"radio","build":7}]}'}]


def test_a_row_is_flagged_by_the_device_s_row_before_in_any_order(lake: IotLake) -> None:
    def reading(sequence: int, energy_kwh: float, battery_percent: float) -> bytes:
        values = {"energy_kwh": energy_kwh, "battery_percent": battery_percent}
        return telemetry("meter", sequence, event_at=at(seconds=60 - sequence), **values)

    lake.send(reading(0, 10, 50), reading(2, 12, 50.5), reading(3, 11.9, 60), reading(4, 12, 100)).refine()
    lake.send(reading(5, 12, 40), telemetry("other", energy_kwh=1, battery_percent=90)).refine()
    flags = {sequence: found for device, sequence, found in lake.values(FLAGS) if device == "meter"}
    assert flags == {0: [], 2: [], 3: ["energy_backwards", "battery_rises"], 4: [], 5: []}
    # A late row comes between two others: the second of them is compared with it.
    lake.send(reading(1, 12.5, 49)).refine()
    flags = {sequence: found for device, sequence, found in lake.values(FLAGS) if device == "meter"}
    assert (flags[1], flags[2]) == ([], ["energy_backwards", "battery_rises"])


def test_the_ranges_of_a_contract_hold_for_typed_rows_too(spark: SparkSession) -> None:
    verdict = first_broken(rules_of(TELEMETRY))
    values = {"power_factor": "1.5D", "sequence": "1L", "floor": "0"}
    of_type = {"string": "'text'", "boolean": "true"}
    typed = ", ".join(
        f"'{column.name}', CAST({values.get(column.name, of_type.get(column.type, 'NULL'))} AS {column.type})"
        for column in TELEMETRY.columns
    )
    rows = spark.sql(f"SELECT named_struct({typed}) AS fields, current_timestamp() AS event_time")
    found = rows.selectExpr("CAST(array() AS ARRAY<STRING>) AS missing_columns", "*").selectExpr(
        f"{verdict} AS v"
    )
    assert found.collect()[0].v.asDict() == {
        "reason": "power_factor_out_of_range",
        "rule": "at_least_-1_at_most_1:power_factor",
    }


def test_the_tolerances_of_the_contract_are_those_of_its_messages() -> None:
    assert TELEMETRY.message == JsonMessage(future_tolerance_s=3600, past_tolerance_s=30 * 24 * 3600)


def test_the_driver_warms_up_with_made_up_telemetry_that_fills_silver(spark: SparkSession) -> None:
    control = JobControl("warm-up", spark.sparkContext)
    warm_up(spark, control, PIPELINE, rounds=2)
    assert [step["name"] for step in control.steps].count(SILVER) == 2

"""
The engine with a second declaration: a stream of JSON events, known by Kafka's coordinates, without files and
without a grid of intervals.
"""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.engine.json_message import EPOCH_MS, JsonMessage
from currents_spark.engine.pipeline import Pipeline
from currents_spark.errors import InvalidJobSpecError
from currents_spark.jobs.warm_up import warm_up
from currents_spark.runner.control import JobControl
from currents_spark.runner.registry import load_pipeline, pipeline_names
from nem_lake import NemLake, count_of
from staged import stage
from toy_lake import TOPIC, ToyLake, event, toy

SILVER = "toy.silver_events"
ROWS = f"SELECT device_id, CAST(event_at AS STRING), temperature_c FROM lake.{SILVER} ORDER BY ALL"
DEAD_LETTERS = (
    "SELECT reason, rule, stage, topic, partition, offset, source_sha256, original_offset "
    "FROM lake.toy_ops.dead_letters ORDER BY offset"
)


@pytest.fixture
def events(spark: SparkSession, tmp_path: Path) -> ToyLake:
    return ToyLake(spark, tmp_path / "events")


def test_a_pipeline_is_found_in_a_folder_of_the_setting_and_an_unknown_one_is_named() -> None:
    assert toy() is load_pipeline("toy")
    assert pipeline_names() == ["iot", "nem", "toy"]
    with pytest.raises(InvalidJobSpecError, match="expected one of iot, nem, toy, found 'flights'"):
        load_pipeline("flights")


def test_events_out_of_order_fill_bronze_and_silver_on_their_utc_dates(events: ToyLake) -> None:
    result = events.send(
        event("B", "2026-03-03T00:30:00+10:00", temperature_c=-1.5e-1, note="x"),
        event("A", "2026-03-04T12:00:00Z"),
        event("A", "2026-03-01T23:59:59.999Z", sequence=9007199254740993),
    ).refine()
    assert events.values(ROWS) == [
        ("A", "2026-03-01 23:59:59.999", 20.5),
        ("A", "2026-03-04 12:00:00", 20.5),
        ("B", "2026-03-02 14:30:00", -0.15),
    ]
    bronze = events.values(
        "SELECT CAST(event_date AS STRING), sequence, extra, offset FROM lake.toy.bronze_events "
        "ORDER BY offset"
    )
    assert bronze == [
        ("2026-03-02", 1, {"note": "x"}, 0),
        ("2026-03-04", 1, {}, 1),
        ("2026-03-01", 9007199254740993, {}, 2),
    ]
    assert result["touched"] == [
        {"from": "2026-03-01T23:00:00Z", "to": "2026-03-02T00:00:00Z"},
        {"from": "2026-03-02T14:00:00Z", "to": "2026-03-02T15:00:00Z"},
        {"from": "2026-03-04T12:00:00Z", "to": "2026-03-04T13:00:00Z"},
    ]
    assert result["trading_dates"] == ["2026-03-01", "2026-03-02", "2026-03-04"]
    assert events.values("SELECT sum(records) FROM lake.toy_ops.ingest_ledger") == [3]
    assert events.values("SELECT CAST(interval_min AS STRING) FROM lake.toy_ops.refine_counts") == [
        "2026-03-01 23:59:59.999"
    ]


def test_a_late_record_recomputes_its_hour_and_not_the_days_between(events: ToyLake) -> None:
    events.send(*(event("A", f"2026-03-0{day}T10:15:00Z") for day in (1, 2, 3, 4))).refine()
    result = events.send(
        event("A", "2026-03-04T10:20:00Z"), event("A", "2026-03-01T10:15:00Z", temperature_c=1)
    ).refine()
    assert [part["from"] for part in result["touched"]] == ["2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z"]
    changed = events.values(
        f"SELECT CAST(event_at AS STRING) FROM lake.{SILVER} WHERE run_id = 'run-2' ORDER BY 1"
    )
    assert changed == ["2026-03-01 10:15:00", "2026-03-04 10:20:00"]
    counts = count_of(result, SILVER)
    assert (counts["inserted"], counts["updated"], counts["superseded"], counts["duplicates"]) == (1, 1, 1, 0)


def test_of_one_event_the_newest_by_offset_counts_whatever_the_batches(events: ToyLake) -> None:
    at = "2026-03-01T10:00:00Z"
    events.send(
        event("A", at, temperature_c=1), event("A", at, temperature_c=3), event("A", at, temperature_c=2)
    )
    assert count_of(events.refine(), SILVER)["superseded"] == 2
    assert events.values(ROWS) == [("A", "2026-03-01 10:00:00", 2.0)]
    counts = count_of(events.send(event("A", at, temperature_c=2)).refine(), SILVER)
    assert (counts["updated"], counts["duplicates"]) == (1, 1)
    assert events.values(f"SELECT offset FROM lake.{SILVER}") == [3]


BAD: dict[bytes | None, tuple[str, str]] = {
    b"{oops": ("malformed_json", "json:object"),
    b"[1, 2]": ("malformed_json", "json:object"),
    None: ("malformed_json", "json:object"),
    event("A", "12:30"): ("event_at_invalid", "iso_timestamp:event_at"),
    event("A", "2026-02-30T00:00:00Z"): ("event_at_invalid", "iso_timestamp:event_at"),
    event("A", "0000-01-01T00:00:00Z"): ("event_at_invalid", "iso_timestamp:event_at"),
    event("A", "9999-12-31T23:59:59Z"): ("event_at_invalid", "iso_timestamp:event_at"),
    event(" ", "2026-03-01T10:00:00Z"): ("empty_device_id", "not_null:device_id"),
    event("A", "2026-03-01T10:00:00Z", sequence=None): ("sequence_missing", "not_null:sequence"),
    event("A", "2026-03-01T10:00:00Z", temperature_c=None): (
        "temperature_c_missing",
        "not_null:temperature_c",
    ),
    event("A", "2026-03-01T10:00:00Z", temperature_c="NaN"): (
        "temperature_c_not_a_number",
        "number:temperature_c",
    ),
    event("A", "2026-03-01T10:00:00Z", sequence=1.5): (
        "sequence_not_a_whole_number",
        "whole_number:sequence",
    ),
    event("A", "2026-03-01T10:00:00Z", sequence=1e30): (
        "sequence_not_a_whole_number",
        "whole_number:sequence",
    ),
}


def test_a_bad_record_becomes_a_dead_letter_with_its_reason_and_coordinates_once(events: ToyLake) -> None:
    good = event("B", "2026-03-01T10:00:00Z")
    counts = count_of(events.send(*BAD, good).refine(), SILVER)
    assert (counts["rows_in"], counts["dead_letters"], counts["inserted"]) == (len(BAD) + 1, len(BAD), 1)
    expected = [
        (reason, rule, "bronze", TOPIC, 0, offset, None, offset)
        for offset, (reason, rule) in enumerate(BAD.values())
    ]
    assert events.values(DEAD_LETTERS) == expected
    again = events.refine(
        [{"topic": TOPIC, "partition": 0, "start": 0, "end": len(BAD) + 1}], expect_ledger=False
    )
    counts = count_of(again, SILVER)
    assert (counts["redelivered"], counts["dead_letters"]) == (len(BAD) + 1, 0)
    assert (again["touched"], again["intervals"]) == ([], None)
    assert events.values(DEAD_LETTERS) == expected
    assert events.values("SELECT count(*) FROM lake.toy.bronze_events") == [1]


def test_single_records_can_be_sent_to_quarantine(events: ToyLake) -> None:
    events.send(event("A", "2026-03-01T10:00:00Z"), event("B", "2026-03-01T10:00:00Z"), b"{oops")
    quarantine = {
        "records": [{"topic": TOPIC, "partition": 0, "offset": offset} for offset in (1, 2)],
        "rule": "bronze_events:expect_x",
        "reason": "sensor of B was in the oven",
    }
    counts = count_of(events.refine(quarantine=quarantine), SILVER)
    assert (counts["inserted"], counts["dead_letters"]) == (1, 2)
    quarantined = "SELECT reason, stage, offset, error_message FROM lake.toy_ops.dead_letters ORDER BY offset"
    assert events.values(quarantined) == [
        ("quarantined", "gate", offset, "sensor of B was in the oven") for offset in (1, 2)
    ]


def scattered_events() -> list[bytes]:
    start, chance = datetime(2026, 3, 1, tzinfo=UTC), random.Random(3)
    return [
        event(
            f"device-{number % 7}",
            (start + timedelta(minutes=chance.randrange(4 * 24 * 60))).isoformat(),
            sequence=number % 5,
            temperature_c=number / 8,
        )
        for number in range(300)
    ]


EVERYTHING = (
    f"SELECT event_at, event_date, device_id, sequence, temperature_c, offset FROM lake.{SILVER} ORDER BY ALL"
)


@pytest.fixture(scope="module")
def silver_at_once(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Silver of all events as one batch, which every other batching is compared with."""
    lake = ToyLake(spark, tmp_path_factory.mktemp("at-once") / "lake")
    lake.send(*scattered_events()).refine()
    return lake.values(EVERYTHING)


@pytest.mark.parametrize("in_bulk", [False, True])
def test_silver_does_not_depend_on_the_order_or_the_size_of_batches(
    events: ToyLake, silver_at_once: list[Any], monkeypatch: pytest.MonkeyPatch, in_bulk: bool
) -> None:
    values = scattered_events()
    if in_bulk:
        monkeypatch.setattr("currents_spark.engine.refine.BULK_RECORDS_MIN", 1)
        events.in_bulk()
    for first in range(0, 300, 75):
        events.send(*values[first : first + 75]).refine()
    assert events.values(EVERYTHING) == silver_at_once
    assert events.values("SELECT count(*) FROM lake.toy.bronze_events") == [300]


def changed(**changes: Any) -> Pipeline:
    """The toy with a feed that declares something else. Silver's parts name the same feed."""
    declared = toy()
    feed = replace(declared.feeds[0], **changes)
    silver = declared.silver_tables[0]
    parts = tuple(replace(part, feed=feed) for part in silver.parts)
    return replace(declared, feeds=(feed,), silver_tables=(replace(silver, parts=parts),))


def test_event_times_may_be_milliseconds(spark: SparkSession, tmp_path: Path) -> None:
    lake = ToyLake(spark, tmp_path / "ms", pipeline=changed(message=JsonMessage(EPOCH_MS)))
    lake.send(event("A", 1772359200123), event("A", "2026-03-01T10:00:00Z"), event("A", 10**15 - 1)).refine()
    assert lake.values(ROWS) == [("A", "2026-03-01 10:00:00.123", 20.5)]
    assert lake.values("SELECT reason FROM lake.toy_ops.dead_letters") == ["event_at_invalid"] * 2


def test_named_keys_may_identify_a_record(spark: SparkSession, tmp_path: Path) -> None:
    lake = ToyLake(spark, tmp_path / "keys", pipeline=changed(identity=("device_id", "sequence", "event_at")))
    at = "2026-03-01T10:00:00Z"
    first = lake.send(event("A", at), event("A", at, sequence=1.0), event("A", at, sequence=2)).refine()
    assert (count_of(first, SILVER)["redelivered"], count_of(first, SILVER)["inserted"]) == (1, 2)
    second = lake.send(event("A", at, temperature_c=9), event("B", at)).refine()
    assert (count_of(second, SILVER)["redelivered"], count_of(second, SILVER)["inserted"]) == (1, 1)
    assert lake.values("SELECT count(*), max(temperature_c) FROM lake.toy.bronze_events") == [(3, 20.5)]


def test_an_identity_of_columns_that_may_be_missing_is_refused() -> None:
    with pytest.raises(
        ValueError, match="toy_events: expected an identity of keys and event_at, found temperature_c"
    ):
        changed(identity=("device_id", "temperature_c"))


def test_staged_records_without_coordinates_are_refused(events: ToyLake, tmp_path: Path) -> None:
    with pytest.raises(InvalidJobSpecError, match="params.landing: .* found toy_events"):
        events.refine([], landing=[stage(tmp_path, TOPIC, [event("A", "2026-03-01T10:00:00Z")])])


def test_two_pipelines_of_one_lake_share_no_table(lake: NemLake, events: ToyLake) -> None:
    events.send(event("A", "2026-03-01T10:00:00Z"))
    assert not {table.name for table in toy().tables} & {table.name for table in load_pipeline("nem").tables}
    written = events.refine()["written_tables"]
    assert written == ["toy.bronze_events", SILVER, "toy_ops.ingest_ledger", "toy_ops.refine_counts"]


def test_the_driver_warms_up_with_made_up_events(spark: SparkSession) -> None:
    control = JobControl("warm-up", spark.sparkContext)
    warm_up(spark, control, toy(), rounds=2)
    assert [step["name"] for step in control.steps].count(SILVER) == 2

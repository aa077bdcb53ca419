"""Bad input of telemetry: each a dead letter with its reason, or a row; nothing else is lost, and no run fails."""

from datetime import timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from iot_lake import IotLake, at, telemetry
from nem_lake import count_of
from nem_messages import KAFKA_TIME

SILVER = "iot.silver_telemetry"
DEEP = b'{"a": ' * 2000 + b"1" + b"}" * 2000
Bad = dict[str, tuple[bytes | None, str | None]]


def changed(old: bytes, new: bytes) -> bytes:
    return telemetry("bad").replace(old, new)


# By what is bad: the value, and the reason of its dead letter; None for a row that is kept.
BAD: Bad = {
    "truncated": (telemetry("bad")[:-20], "malformed_json"),
    "empty": (b"", "malformed_json"),
    "null value": (None, "malformed_json"),
    "an array": (b"[" + telemetry("bad") + b"]", "malformed_json"),
    "a number": (b"42", "malformed_json"),
    "text for a number": (telemetry("bad", power_w="much"), "power_w_not_a_number"),
    "object for a number": (telemetry("bad", power_w={"value": 1}), "power_w_not_a_number"),
    "array for a text": (telemetry("kept-array", zone=["a", "b"]), None),
    "boolean for a number": (telemetry("bad", temperature_c=True), "temperature_c_not_a_number"),
    "number for a boolean": (telemetry("bad", is_simulated=7), "is_simulated_not_a_boolean"),
    "NaN": (changed(b"41.5", b"NaN"), "malformed_json|temperature_c_not_a_number"),
    "Infinity": (changed(b"41.5", b"-Infinity"), "malformed_json|temperature_c_not_a_number"),
    "NaN as text": (telemetry("bad", temperature_c="NaN"), "temperature_c_not_a_number"),
    "beyond a double": (changed(b"41.5", b"1e999"), "temperature_c_not_a_number|temperature_c_out_of_range"),
    "beyond a bigint": (telemetry("bad", 10**30), "sequence_not_a_whole_number"),
    "deep nesting": (changed(b"}", b', "more": ' + DEEP + b"}"), "malformed_json"),
    "some nesting": (telemetry("kept-nested", more={"a": {"b": [1, {"c": 2}]}}), None),
    "1 MB": (telemetry("kept-large", note="x" * 1_000_000), None),
    "1 MB of text in a key column": (telemetry("kept-" + "y" * 100_000, note="z" * 900_000), None),
    "not UTF-8": (changed(b"plant-a", b"plant-\xe4"), "not_utf8"),
    "no device": (telemetry("bad").replace(b'"device_id": "bad", ', b""), "empty_device_id"),
    "empty device": (telemetry(""), "empty_device_id"),
    "device null": (changed(b'"device_id": "bad"', b'"device_id": null'), "empty_device_id"),
    "no time": (changed(b'"event_at"', b'"at"'), "event_at_invalid"),
    "1970": (telemetry("bad", event_at="1970-01-01T00:00:00Z"), "event_at_too_old"),
    "2200": (telemetry("bad", event_at="2200-01-01T00:00:00Z"), "event_at_in_future"),
    "year 292278994": (telemetry("bad", event_at="292278994-08-17T07:12:55Z"), "event_at_invalid"),
    "a device that is not known": (telemetry("kept-unknown", device_type="lift", building_id="?"), None),
    "a null byte": (telemetry("kept-null", zone="a\0b"), None),
}


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> IotLake:
    return IotLake(spark, tmp_path / "bad")


def test_each_is_a_dead_letter_with_its_reason_or_a_row_and_nothing_else_is_lost(lake: IotLake) -> None:
    for place, (value, _) in enumerate(BAD.values()):
        lake.send(value, telemetry(f"good-{place}"))
    counts = count_of(lake.refine(), SILVER)
    rejected = [reason for _, reason in BAD.values() if reason]
    kept = len(BAD) - len(rejected)
    assert (counts["rows_in"], counts["dead_letters"]) == (2 * len(BAD), len(rejected))
    assert counts["inserted"] == len(BAD) + kept
    letters = lake.values("SELECT offset, reason, rule FROM lake.iot_ops.dead_letters")
    found = {offset: (reason, rule) for offset, reason, rule in letters}
    names = {2 * place: name for place, name in enumerate(BAD)}
    wrong = {
        names[offset]: reason
        for offset, (reason, _) in found.items()
        if reason not in (BAD[names[offset]][1] or "").split("|")
    }
    assert wrong == {} and all(rule for _, rule in found.values())
    payloads = "SELECT count(*) FROM lake.iot_ops.dead_letters WHERE payload IS NULL"
    assert lake.values(payloads) == [1]
    assert lake.values(f"SELECT count(*) FROM lake.{SILVER} WHERE device_id LIKE 'kept-%'") == [kept]


def test_a_run_of_nothing_but_bad_records_changes_no_device(lake: IotLake) -> None:
    bad = [value for value, reason in BAD.values() if reason]
    counts = count_of(lake.send(*bad).refine(), SILVER)
    assert (counts["inserted"], counts["dead_letters"]) == (0, len(bad))
    assert lake.values("SELECT count(*) FROM lake.iot.anomaly_state") == [0]


def test_a_topic_may_have_fewer_partitions_at_first(lake: IotLake) -> None:
    lake.send(*(telemetry(f"device-{number}") for number in range(6))).refine()
    for partition in range(3):
        value = telemetry(f"device-{partition}", 1, event_at=at(seconds=0))
        lake.send_at(KAFKA_TIME + timedelta(seconds=1), value, partition=partition)
    assert count_of(lake.refine(), SILVER)["inserted"] == 3
    newest = "SELECT device_id, max(sequence) FROM lake.iot.silver_telemetry GROUP BY 1 ORDER BY 1"
    assert lake.values(newest) == [(f"device-{number}", int(number < 3)) for number in range(6)]
    assert lake.values("SELECT count(DISTINCT device_id) FROM lake.iot.anomaly_state") == [6]

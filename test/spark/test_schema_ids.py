"""Messages that name their schema: by a header, by five bytes before the value, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.engine.schema_registry import known_schemas
from currents_spark.errors import SchemaRegistryUnavailableError
from currents_spark.runner.spec import JobSpec
from fake_registry import FakeRegistry, fake_registry
from nem_lake import count_of
from nem_messages import Record
from toy_lake import TOPIC, ToyLake, event

AT = "2026-03-01T10:00:00Z"
DEAD_LETTERS = (
    "SELECT reason, rule, payload, headers['currents.schema_id'], topic, partition, offset "
    "FROM lake.toy_ops.dead_letters ORDER BY offset"
)
DEVICES = "SELECT device_id FROM lake.toy.bronze_events ORDER BY device_id"
RULE = f"schema_id_of:{TOPIC}-value"


class NamedLake(ToyLake):
    """Its jobs know the address of a registry."""

    registry = ""

    def spec(self, *arguments: Any, **params: Any) -> JobSpec:
        return replace(super().spec(*arguments, **params), schema_registry=self.registry)

    def named(self, schema_id: str, *values: bytes) -> "NamedLake":
        return self.records(*[Record(value, {"currents.schema_id": schema_id}) for value in values])

    def records(self, *records: Record) -> "NamedLake":
        self.log.send(TOPIC, records, partition=0)
        return self


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with fake_registry() as found:
        found.subjects[f"{TOPIC}-value"] = [7]
        yield found


@pytest.fixture
def events(spark: SparkSession, tmp_path: Path, registry: FakeRegistry) -> NamedLake:
    lake = NamedLake(spark, tmp_path / "events")
    lake.registry = registry.url
    return lake


def prefixed(schema_id: int, value: bytes) -> bytes:
    return b"\x00" + schema_id.to_bytes(4, "big") + value


def test_a_known_schema_is_read_whether_header_or_prefix_names_it_or_nothing(events: NamedLake) -> None:
    events.named("7", event("A", AT)).send(prefixed(7, event("B", AT)), event("C", AT))
    counts = count_of(events.refine(), "toy.silver_events")
    assert (counts["inserted"], counts["dead_letters"]) == (3, 0)
    assert events.values(DEVICES) == ["A", "B", "C"]


def test_an_unknown_schema_is_a_dead_letter_with_payload_id_and_place(events: NamedLake) -> None:
    value = event("A", AT)
    events.named("99", value).named("seven", value).send(prefixed(3_000_000_000, value), event("B", AT))
    counts = count_of(events.refine(), "toy.silver_events")
    assert (counts["inserted"], counts["dead_letters"]) == (1, 3)
    assert events.values(DEAD_LETTERS) == [
        ("unknown_schema", RULE, value.decode(), schema_id, TOPIC, 0, offset)
        for offset, schema_id in enumerate(["99", "seven", "3000000000"])
    ]


def test_a_prefix_before_anything_but_json_stays_with_its_bytes(events: NamedLake) -> None:
    events.send(prefixed(99, b"\x00\x0a\x01A"), b"\x00\x00", prefixed(7, b"[1]")).refine()
    assert events.values(DEAD_LETTERS) == [
        ("unknown_schema", RULE, "\x00\x00\x00\x00c\x00\n\x01A", "99", TOPIC, 0, 0),
        ("malformed_json", "json:object", "\x00\x00", None, TOPIC, 0, 1),
        ("malformed_json", "json:object", "\x00\x00\x00\x00\x07[1]", "7", TOPIC, 0, 2),
    ]


def test_the_header_of_the_producer_counts_before_a_prefix(events: NamedLake) -> None:
    value = prefixed(99, event("A", AT))
    assert count_of(events.named("7", value).refine(), "toy.silver_events")["inserted"] == 1


def test_a_schema_registered_between_two_runs_is_known_to_the_second(
    events: NamedLake, registry: FakeRegistry
) -> None:
    events.named("7", event("A", AT)).refine()
    registry.subjects[f"{TOPIC}-value"].append(8)
    events.named("8", event("B", AT)).named("7", event("C", AT)).refine()
    assert events.values(DEVICES) == ["A", "B", "C"]


def test_each_version_is_asked_for_once_beside_the_newest(registry: FakeRegistry) -> None:
    subject = f"{TOPIC}-value"
    registry.subjects[subject] = [7, 9, 12]
    assert known_schemas(registry.url, [TOPIC]).ids == {TOPIC: frozenset({7, 9, 12})}
    registry.requests.clear()
    assert known_schemas(registry.url, [TOPIC]).ids == {TOPIC: frozenset({7, 9, 12})}
    assert [path.split("?")[0] for path in registry.requests] == [
        f"/subjects/{subject}/versions",
        f"/subjects/{subject}/versions/3",
    ]


def test_a_registry_made_new_is_believed(registry: FakeRegistry) -> None:
    subject = f"{TOPIC}-value"
    registry.subjects[subject] = [7, 9]
    known_schemas(registry.url, [TOPIC])
    registry.subjects[subject] = [1, 2]
    assert known_schemas(registry.url, [TOPIC]).ids == {TOPIC: frozenset({1, 2})}
    del registry.subjects[subject]
    assert known_schemas(registry.url, [TOPIC]).ids == {TOPIC: frozenset()}


def test_a_registry_that_is_away_stops_only_what_needs_it(events: NamedLake, registry: FakeRegistry) -> None:
    events.named("7", event("A", AT)).refine()
    registry.is_down = True
    events.named("7", event("B", AT)).send(event("C", AT)).refine()
    assert events.values(DEVICES) == ["A", "B", "C"]
    ranges = events.named("8", event("D", AT)).log.take()
    with pytest.raises(SchemaRegistryUnavailableError, match="an answer for 1 records .*503"):
        events.refine(ranges)
    assert events.values(DEAD_LETTERS) == []
    registry.is_down = False
    registry.subjects[f"{TOPIC}-value"].append(8)
    events.refine(ranges)
    assert events.values(DEVICES) == ["A", "B", "C", "D"]


def test_without_a_registry_no_id_is_looked_up(events: NamedLake) -> None:
    events.registry = ""
    events.named("99", event("A", AT)).send(prefixed(99, event("B", AT))).refine()
    assert events.values(DEVICES) == ["A", "B"]

"""Streams as others write them: names with odd signs, words outside a contract, bytes that are no UTF-8."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import Row

from currents_spark.engine.feed import FeedColumn
from currents_spark.engine.guard import rules_of
from currents_spark.engine.staged_tables import StagedTables
from currents_spark.runner.batch_params import StagedObject
from currents_spark.runner.spec import CatalogSpec
from nem_lake import NemLake, count_of
from test_toy_pipeline import DEAD_LETTERS, ROWS, SILVER, changed
from toy_lake import ToyLake, event
from typed_rows import stage_columns

AT = "2026-03-01T10:00:00Z"
PAYLOADS = "SELECT payload, headers['currents.encoding'] FROM lake.toy_ops.dead_letters ORDER BY offset"


def test_a_topic_may_have_all_signs_that_kafka_takes(spark: SparkSession, tmp_path: Path) -> None:
    topic = "sensors.temperature-v1"
    lake = ToyLake(spark, tmp_path / "lake", pipeline=changed(topic=topic))
    lake.log.send(topic, [event("A", AT), event("B", AT), b"{oops"], partition=0)
    lake.log.send(f"{topic}.dlq", [b"raw"], partition=0)
    counts = count_of(lake.refine(), SILVER)
    assert (counts["inserted"], counts["dead_letters"]) == (2, 2)
    lake.log.send(topic, [event("A", AT, temperature_c=1)], partition=0)
    assert count_of(lake.refine(), SILVER)["updated"] == 1
    assert lake.values(ROWS) == [("A", "2026-03-01 10:00:00", 1.0), ("B", "2026-03-01 10:00:00", 20.5)]


def test_two_topics_of_one_table_are_told_apart_whatever_their_names(
    spark: SparkSession, tmp_path: Path
) -> None:
    """`prices` counts `old_rows`, and `prices_old` counts `rows`."""
    one = changed(topic="prices")
    silver = one.silver_tables[0]
    feed = replace(one.feeds[0], topic="prices_old", bronze="toy.bronze_old")
    parts = (*silver.parts, replace(silver.parts[0], feed=feed))
    both = replace(one, feeds=(*one.feeds, feed), silver_tables=(replace(silver, parts=parts),))
    lake = ToyLake(spark, tmp_path / "lake", pipeline=both)
    lake.log.send("prices", [event("A", AT), event("B", AT)], partition=0)
    lake.log.send("prices_old", [event("C", AT)], partition=0)
    counts = [row["inserted"] for row in lake.refine()["counts"] if row["table_name"] == SILVER]
    assert sorted(counts) == [1, 2]


def test_a_staged_topic_may_have_such_signs_too(lake: NemLake, tmp_path: Path) -> None:
    columns = [("a", "INT")]
    item = stage_columns(lake.session, tmp_path, "odd", columns, [{"a": 1}, {"a": 2}])
    tables = StagedTables(lake.session, CatalogSpec(**lake.catalog))
    try:
        found = tables.rows("sensors.a-b", [StagedObject(item["uri"], "x", 2, "", "")], columns).collect()
        assert sorted(row.a for row in found) == [1, 2]
    finally:
        tables.close()


def test_a_field_may_have_quotes_and_backslashes_in_its_name(spark: SparkSession, tmp_path: Path) -> None:
    name = "it's \\ °C"
    measure = FeedColumn(name, "temperature_c", "double")
    lake = ToyLake(spark, tmp_path / "lake", pipeline=changed(measures=(measure,), required=(name,)))
    values = {"device_id": "A", "event_at": AT, "sequence": 1}
    lake.send(json.dumps({**values, name: 3.5}).encode(), json.dumps(values).encode()).refine()
    assert lake.values(ROWS) == [("A", "2026-03-01 10:00:00", 3.5)]
    assert lake.values("SELECT reason, rule FROM lake.toy_ops.dead_letters") == [
        (f"{name.lower()}_missing", f"not_null:{name}")
    ]


def test_such_a_name_may_have_limits_in_typed_rows_too(spark: SparkSession) -> None:
    measure = FeedColumn("it's \\ °C", "temperature_c", "double", maximum=50.0)
    feed = changed(measures=(measure,), required=()).feeds[0]
    _, reason, rule = rules_of(feed)[-1]
    said = spark.sql(f"SELECT {reason}, {rule}").collect()[0]
    assert tuple(said) == ("it's \\ °c_out_of_range", "at_most_50:it's \\ °C")


def test_a_word_that_the_contract_does_not_allow_is_a_dead_letter(
    spark: SparkSession, tmp_path: Path
) -> None:
    allowed = (("device_id", ("A", "it's")), ("mode", ("on", "off")))
    lake = ToyLake(spark, tmp_path / "lake", pipeline=changed(allowed=allowed))
    lake.send(event("A", AT), event("it's", AT, mode=""), event("a", AT), event("A", AT, mode="ON"))
    lake.refine()
    assert [device for device, _, _ in lake.values(ROWS)] == ["A", "it's"]
    assert [row[:2] for row in lake.values(DEAD_LETTERS)] == [
        ("device_id_not_allowed", "allowed_values:device_id"),
        ("mode_not_allowed", "allowed_values:mode"),
    ]


def test_the_made_up_record_of_a_warm_up_is_an_allowed_one(spark: SparkSession, tmp_path: Path) -> None:
    pipeline = changed(allowed=(("device_id", ("A", "B")),))
    feed = pipeline.feeds[0]
    lake = ToyLake(spark, tmp_path / "lake", pipeline=pipeline)
    lake.send(json.dumps(feed.message.sample(feed, "event_at", 1).value).encode()).refine()
    assert lake.values(f"SELECT device_id FROM lake.{SILVER}") == ["A"]


def raw(device: str, encoding: str) -> bytes:
    text = event("?", AT).decode().replace("?", device)
    return text.encode(encoding)


def test_bytes_that_are_no_utf8_become_a_dead_letter_that_keeps_each_of_them(
    spark: SparkSession, tmp_path: Path
) -> None:
    lake = ToyLake(spark, tmp_path / "lake")
    good = [raw("Zürich", "utf-8"), raw("\ufffd", "utf-8")]
    bad = [raw("Zürich", "latin-1"), b"\xff\xfe" + raw("A", "utf-16-le"), b"\x80"]
    lake.send(*good, *bad).refine()
    assert [device for device, _, _ in lake.values(ROWS)] == ["Zürich", "\ufffd"]
    assert {row[:2] for row in lake.values(DEAD_LETTERS)} == {("not_utf8", "utf8:message")}
    kept = lake.values(PAYLOADS)
    assert [payload.encode("latin-1") for payload, _ in kept] == bad
    assert {encoding for _, encoding in kept} == {"ISO-8859-1"}
    # What a replay publishes: the text as UTF-8, without the headers of the rejection.
    lake.send(kept[0][0].encode()).refine()
    assert lake.values(f"SELECT count(*) FROM lake.{SILVER} WHERE device_id = 'Zürich'") == [1]


class GapsLake(ToyLake):
    """A topic in which some offsets are without a record, as a transaction's end is."""

    def _records(self, session: SparkSession, job: Any) -> Any:
        return super()._records(session, job).where("offset % 3 <> 2")


def test_offsets_of_transactions_are_no_lost_records(spark: SparkSession, tmp_path: Path) -> None:
    lake = GapsLake(spark, tmp_path / "lake")
    lake.send(event("A", AT), event("B", AT), b"commit", event("C", AT))
    counts = count_of(lake.refine(), SILVER)
    assert (counts["rows_in"], counts["inserted"]) == (3, 3)
    # A batch of nothing else moves the ledger on.
    lake.send(event("D", AT), b"commit").refine()
    assert lake.values("SELECT max(end_offset) FROM lake.toy_ops.ingest_ledger") == [6]
    assert lake.values(f"SELECT count(*) FROM lake.{SILVER}") == [4]


def test_a_batch_that_holds_no_record_at_all_moves_the_ledger_on(spark: SparkSession, tmp_path: Path) -> None:
    lake = GapsLake(spark, tmp_path / "lake")
    lake.send(event("A", AT), event("B", AT)).refine()
    lake.send(b"commit").refine()
    assert lake.values("SELECT max(end_offset) FROM lake.toy_ops.ingest_ledger") == [3]


def test_of_a_field_twice_the_last_value_counts(spark: SparkSession, tmp_path: Path) -> None:
    lake = ToyLake(spark, tmp_path / "lake")
    twice = b', "note": "a", "note": "b", "sequence": 2}'
    lake.send(event("A", AT).replace(b"}", twice)).refine()
    assert lake.values("SELECT sequence, map_entries(extra) FROM lake.toy.bronze_events") == [
        (2, [Row(key="note", value="b")])
    ]

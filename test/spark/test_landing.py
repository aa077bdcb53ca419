"""
Staged objects take the way of Kafka records: same tables, same account, and running again changes nothing.
"""

import gzip
from pathlib import Path
from typing import Any

import pytest

from currents_spark.engine.landing_reader import CHUNK_BYTES, read_chunks
from currents_spark.errors import InvalidJobSpecError, KafkaRecordsMissingError
from nem_lake import NemLake, count_of
from nem_messages import dead_letter_headers, row_message, scada
from staged import dead_letter, stage

SILVER = "nem.silver_dispatch_clean"
TABLES = {
    "bronze": "SELECT unit_id, scada_value_mw, source_sha256, source_line, partition, offset FROM "
    "lake.nem.bronze_dispatch ORDER BY ALL",
    "silver": "SELECT unit_id, power_mw, CAST(trading_interval AS STRING), source_file FROM "
    f"lake.{SILVER} ORDER BY ALL",
    "dead_letters": "SELECT topic, reason, payload, source_sha256 FROM lake.nem_ops.dead_letters ORDER BY ALL",
}


@pytest.fixture
def bulk(lake: NemLake, monkeypatch: pytest.MonkeyPatch) -> NemLake:
    monkeypatch.setattr("currents_spark.engine.refine.BULK_RECORDS_MIN", 1)
    return lake.in_bulk()


@pytest.fixture(params=["small", "bulk"])
def way(request: pytest.FixtureRequest) -> NemLake:
    """A lake whose batches are taken as small ones, and one whose batches are taken as large ones."""
    return request.getfixturevalue("lake" if request.param == "small" else "bulk")


def contents(lake: NemLake) -> dict[str, list[Any]]:
    return {name: lake.values(query) for name, query in TABLES.items()}


def day_of(folder: Path) -> list[dict[str, Any]]:
    """A landed file with usable, repeated, rejected and unreadable records, and dead letters of ingest."""
    rows = [
        scada("A", "1"),
        scada("B", "2", line=4),
        scada("B", "2", line=4),
        scada("C", "NaN", line=5),
        b"{oops",
        b"{torn",
    ]
    dead_letters = [
        dead_letter("D,x,NaN", dead_letter_headers()),
        dead_letter('{"uri":"s3://x"}', dead_letter_headers("footer_count_wrong", "b.zip", None)),
        b"no envelope",
    ]
    return [stage(folder, "nem_dispatch", rows), stage(folder, "nem_dispatch.dlq", dead_letters)]


def test_a_landed_file_fills_the_tables_and_again_changes_nothing(way: NemLake, tmp_path: Path) -> None:
    landing = day_of(tmp_path)
    first = count_of(way.refine_landing(landing), SILVER)
    assert {name: first[name] for name in ("rows_in", "inserted", "redelivered", "dead_letters")} == {
        "rows_in": 9,
        "inserted": 2,
        "redelivered": 1,
        "dead_letters": 6,
    }
    before = contents(way)
    assert [row[4:] for row in before["bronze"]] == [(None, None)] * 2
    assert sorted(row[2] for row in before["dead_letters"]) == sorted(
        ['{"uri":"s3://x"}', "D,x,NaN", "no envelope", "{oops", "{torn", scada("C", "NaN", line=5).decode()]
    )
    again = count_of(way.refine_landing(landing), SILVER)
    assert (again["rows_in"], again["redelivered"], again["dead_letters"], again["inserted"]) == (9, 9, 0, 0)
    assert contents(way) == before


def test_the_ledger_has_one_row_for_each_landed_file(lake: NemLake, tmp_path: Path) -> None:
    lake.refine_landing(
        [
            *day_of(tmp_path),
            stage(tmp_path, "nem_dispatch", [scada("D", "4", file="c.zip")], archive="other.zip"),
        ]
    )
    assert lake.values(
        "SELECT kind, object_uri, records, topic, partition, start_offset FROM "
        "lake.nem_ops.ingest_ledger ORDER BY object_uri"
    ) == [
        ("landing", "s3://lake/landing/day.zip", 9, None, None, None),
        ("landing", "s3://lake/landing/other.zip", 1, None, None, None),
    ]


def test_a_file_that_kafka_brought_before_is_redelivered_and_adds_what_was_missing(
    way: NemLake, tmp_path: Path
) -> None:
    way.log.send("nem_dispatch", [scada("A", "1"), scada("C", "NaN", line=5)])
    way.refine()
    rows = [
        scada("A", "1"),
        scada("B", "2", line=4),
        scada("C", "NaN", line=5),
        scada("A", "9", file="b.zip", header_at="2025/12/27 00:06:00"),
    ]
    counts = count_of(way.refine_landing([stage(tmp_path, "nem_dispatch", rows)]), SILVER)
    assert {
        name: counts[name] for name in ("redelivered", "inserted", "updated", "superseded", "dead_letters")
    } == {"redelivered": 2, "inserted": 1, "updated": 1, "superseded": 1, "dead_letters": 0}
    assert way.values(f"SELECT unit_id, power_mw FROM lake.{SILVER} ORDER BY unit_id") == [
        ("A", 9.0),
        ("B", 2.0),
    ]


def test_bulk_joins_price_and_demand_by_interval(bulk: NemLake, tmp_path: Path) -> None:
    values = {"SETTLEMENTDATE": "2025/12/27 00:05:00", "REGIONID": "NSW1", "INTERVENTION": "0"}
    bulk.refine_landing(
        [
            stage(tmp_path, "nem_price", [row_message({**values, "RRP": "50"}, file="d.zip")]),
            stage(tmp_path, "nem_region", [row_message({**values, "TOTALDEMAND": "100"}, file="d.zip")]),
        ]
    )
    assert bulk.values("SELECT price_aud_per_mwh, demand_mw FROM lake.nem.silver_region_clean") == [
        (50.0, 100.0)
    ]


def test_an_object_that_is_not_what_its_manifest_says_fails_the_run(lake: NemLake, tmp_path: Path) -> None:
    with pytest.raises(
        KafkaRecordsMissingError, match="1 staged objects: expected 3 records of nem_dispatch, found 1"
    ):
        lake.refine_landing([stage(tmp_path, "nem_dispatch", [scada("A", "1")], records=3)])
    with pytest.raises(InvalidJobSpecError, match="found solar_farm"):
        lake.refine_landing([stage(tmp_path, "solar_farm", [scada("A", "1")])])
    with pytest.raises(InvalidJobSpecError, match="either staged objects or Kafka ranges"):
        lake.spec(
            "refine",
            [{"topic": "nem_dispatch", "partition": 0, "start": 0, "end": 2}],
            landing=[stage(tmp_path, "nem_dispatch", [b"x"])],
        )


def test_a_torn_object_is_an_error_and_no_shorter_batch(lake: NemLake, tmp_path: Path) -> None:
    item = stage(tmp_path, "nem_dispatch", [scada("A", "1", line=line) for line in range(100)])
    path = Path(item["uri"].removeprefix("file://"))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Exception, match="EOFError"):
        lake.refine_landing([item])


def test_chunks_are_cut_at_line_ends(tmp_path: Path) -> None:
    lines = [bytes([65 + number % 26]) * (number * 37 % 3000) for number in range(2000)] + [
        b"z" * (3 * CHUNK_BYTES)
    ]
    path = tmp_path / "object.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines)))
    chunks = [bytes(chunk) for _, chunk in read_chunks([(path.as_uri(), "t")], {})]
    assert b"\n".join(chunks) == b"\n".join(lines)
    assert len(chunks) >= 3

"""Staged Parquet objects: what a run makes of them, again, in quarantine, replaced, and when they are wrong."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from currents_spark.engine.staged_records import staged_columns
from currents_spark.errors import (
    KafkaRecordsMissingError,
    StagedColumnsWrongError,
    StagedObjectUnreadableError,
)
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.feeds import DISPATCH
from nem_lake import NemLake, count_of, unit
from nem_messages import Record, checksum, dead_letter_headers, scada
from staged import dead_letter, stage
from test_landing import SILVER, bulk, way  # noqa: F401 - fixtures
from typed_rows import stage_columns, stage_typed

POWER = f"SELECT unit_id, power_mw FROM lake.{SILVER} ORDER BY ALL"
COLUMNS = staged_columns(PIPELINE, DISPATCH)


def dispatch(lake: NemLake, folder: Path, *messages: bytes, archive: str = "day.zip") -> dict[str, Any]:
    return stage_typed(lake.session, folder, "nem_dispatch", messages, archive=archive)


def test_again_changes_nothing_and_a_part_that_was_missing_is_added(way: NemLake, tmp_path: Path) -> None:  # noqa: F811
    first = [dispatch(way, tmp_path, scada("A", "1"), scada("B", "2", line=4))]
    way.refine_landing(first)
    again = count_of(way.refine_landing(first), SILVER)
    assert (again["rows_in"], again["redelivered"], again["inserted"]) == (2, 2, 0)
    more = [
        scada("B", "2", line=4),
        scada("C", "3", line=5),
        scada("A", "9", file="b.zip", header_at="2025/12/27 00:06:00"),
    ]
    counts = count_of(way.refine_landing([dispatch(way, tmp_path, *more, archive="more.zip")]), SILVER)
    assert {name: counts[name] for name in ("redelivered", "inserted", "updated", "superseded")} == {
        "redelivered": 1,
        "inserted": 1,
        "updated": 1,
        "superseded": 1,
    }
    assert way.values(POWER) == [("A", 9.0), ("B", 2.0), ("C", 3.0)]


def test_rows_and_dead_letters_of_one_file_are_one_batch(way: NemLake, tmp_path: Path) -> None:  # noqa: F811
    landing = [
        dispatch(way, tmp_path, scada("A", "1"), scada("A", "1"), scada("B", "2", line=4)),
        stage(tmp_path, "nem_dispatch.dlq", [dead_letter("raw", dead_letter_headers())] * 2),
        stage(tmp_path, "nem_dispatch", [scada("C", "3", line=5)], archive="old.zip"),
    ]
    counts = count_of(way.refine_landing(landing), SILVER)
    assert {name: counts[name] for name in ("rows_in", "redelivered", "inserted", "dead_letters")} == {
        "rows_in": 6,
        "redelivered": 2,
        "inserted": 3,
        "dead_letters": 1,
    }


def test_versions_of_a_key_are_compared_and_units_that_are_not_known_are_named(
    way: NemLake,  # noqa: F811
    tmp_path: Path,
) -> None:
    way.load_units([unit("A"), unit("B")])
    rows = [
        scada("A ", "1"),
        scada("A", "5", line=4, changed="2025/12/27 00:04:00"),
        scada("B", "2", line=5),
        scada("B", "2", line=6),
        scada("C", "3", line=7),
        scada("X", "4", line=8, at="2025/12/27 04:05:00"),
    ]
    result = way.refine_landing([dispatch(way, tmp_path, *rows)])
    counts = count_of(result, SILVER)
    assert {name: counts[name] for name in ("rows_in", "inserted", "duplicates", "superseded")} == {
        "rows_in": 6,
        "inserted": 4,
        "duplicates": 1,
        "superseded": 1,
    }
    assert way.values(POWER) == [("A", 5.0), ("B", 2.0), ("C", 3.0), ("X", 4.0)]
    assert (result["unknown_units"], result["unknown_unit_count"]) == (["C", "X"], 2)


def test_a_file_in_quarantine_becomes_dead_letters_that_can_be_sent_again(
    way: NemLake,  # noqa: F811
    tmp_path: Path,
) -> None:
    bad = scada("A", "1.5", file="bad.zip", changed="2025/12/27 00:00:22")
    landing = [dispatch(way, tmp_path, bad, scada("A", "5"))]
    quarantine = {
        "checksums": [checksum("bad.zip")],
        "rule": "bronze_dispatch:expect_x",
        "reason": "broken meter",
    }
    counts = count_of(way.refine_landing(landing, quarantine=quarantine), SILVER)
    assert (counts["inserted"], counts["dead_letters"]) == (1, 1)
    kept = way.rows("SELECT stage, reason, payload, headers, source_file FROM lake.nem_ops.dead_letters")[0]
    assert (kept.stage, kept.reason, kept.source_file) == ("gate", "quarantined", "bad.zip")
    assert json.loads(kept.payload) == {
        "v": 2,
        "line": 3,
        "values": {
            "trading_interval": "2025-12-27T00:05:00",
            "unit_id": "A",
            "scada_value_mw": 1.5,
            "last_changed_at_nem": "2025-12-27T00:00:22",
        },
    }
    other = way.log.send("nem_dispatch", [Record(kept.payload.encode(), kept.headers)], partition=0).take()
    assert count_of(way.refine(other), SILVER)["rows_in"] == 1
    assert way.values(
        "SELECT scada_value_mw FROM lake.nem.bronze_dispatch WHERE source_file = 'bad.zip'"
    ) == [1.5]


def test_the_rows_of_a_file_are_replaced(way: NemLake, tmp_path: Path) -> None:  # noqa: F811
    way.refine_landing(
        [dispatch(way, tmp_path, scada("A", "1"), scada("B", "99", line=4), scada("C", "3", line=5))]
    )
    today = dispatch(way, tmp_path, scada("A", "1"), scada("B", "2", line=4), archive="today.zip")
    result = way.refine_landing([today], replace=True)
    assert result["removed"] == {"bronze_rows": 3, "dead_letters": 0}
    assert way.values(POWER) == [("A", 1.0), ("B", 2.0)]


def test_the_guard_rejects_rows_that_have_no_key_or_value(way: NemLake, tmp_path: Path) -> None:  # noqa: F811
    good = _row()
    rows = [
        good,
        {**good, "source_line": 4, "unit_id": None},
        {**good, "source_line": 5, "scada_value_mw": None},
        {**good, "source_line": 6, "trading_interval": None},
        {**good, "source_line": 7, "file_id": None},
        {**good, "source_line": 8, "scada_value_mw": None, "missing_columns": "X,SCADAVALUE"},
    ]
    way.refine_landing([stage_columns(way.session, tmp_path, "nem_dispatch", COLUMNS, rows)])
    assert way.values("SELECT source_line, reason FROM lake.nem_ops.dead_letters ORDER BY 1") == [
        (4, "empty_unit_id"),
        (5, "scadavalue_missing"),
        (6, "settlementdate_invalid"),
        (7, "coordinates_missing"),
    ]
    assert way.values("SELECT source_line, missing_columns FROM lake.nem.bronze_dispatch ORDER BY 1") == [
        (3, []),
        (8, ["X", "SCADAVALUE"]),
    ]


def test_a_column_that_is_missing_or_of_another_type_is_an_error(lake: NemLake, tmp_path: Path) -> None:
    kinds = {**dict(COLUMNS), "scada_value_mw": "STRING", "trading_interval": "TIMESTAMP"}
    del kinds["file_id"]
    row = {**_row(), "scada_value_mw": "1"}
    item = stage_columns(lake.session, tmp_path, "nem_dispatch", list(kinds.items()), [row])
    with pytest.raises(StagedColumnsWrongError) as raised:
        lake.refine_landing([item])
    for problem in (
        "column trading_interval: expected timestamp, found timestamptz",
        "column scada_value_mw: expected double, found string",
        "column file_id: expected string, found none",
    ):
        assert f"{item['uri']}: {problem}" in str(raised.value)


def test_an_object_with_other_than_its_records_or_torn_fails_the_run(lake: NemLake, tmp_path: Path) -> None:
    item = dispatch(lake, tmp_path, scada("A", "1"))
    with pytest.raises(
        KafkaRecordsMissingError, match="1 staged objects: expected 3 records of nem_dispatch, found 1"
    ):
        lake.refine_landing([{**item, "records": 3}])
    path = Path(item["uri"].removeprefix("file://"))
    path.write_bytes(path.read_bytes()[:-20])
    for left in (path.stat().st_size - 20, 10, 0):
        path.write_bytes(path.read_bytes()[:left])
        with pytest.raises(StagedObjectUnreadableError) as raised:
            lake.refine_landing([item])
        assert f"{item['uri']}: expected a Parquet object, found {left} bytes" in str(raised.value)


def _row() -> dict[str, Any]:
    at = datetime(2025, 12, 27, 0, 5)
    return {
        "trading_interval": at,
        "unit_id": "A",
        "scada_value_mw": 1.0,
        "report": "DISPATCHSCADA",
        "table": "DISPATCH.UNIT_SCADA",
        "table_version": 1,
        "source_file": "a.zip",
        "source_sha256": checksum("a.zip"),
        "source_line": 3,
        "header_at": at,
        "file_id": "00000000000000000001",
        "ingested_at": datetime(2026, 11, 21, 3, tzinfo=UTC),
    }

"""Replacing what the lake has of a file, and sending a file to dead letters."""

from pathlib import Path
from typing import Any

import pytest

from currents_spark.errors import InvalidJobSpecError
from nem_lake import NemLake, count_of
from nem_messages import checksum, dead_letter_headers, scada
from staged import dead_letter, stage
from test_landing import SILVER, bulk, contents, way  # noqa: F401 - fixtures

POWER = f"SELECT unit_id, power_mw, CAST(trading_interval AS STRING) FROM lake.{SILVER} ORDER BY ALL"
LATE = "2025/12/27 00:10:00"
DEAD_LETTERS = (
    "SELECT source_sha256, source_line, reason, rule, error_message, run_id FROM "
    "lake.nem_ops.dead_letters ORDER BY ALL"
)


def before_replacement(lake: NemLake) -> None:
    """
    File a.zip as a broken parser read it: B is wrong, C should not be there, D was refused, and X comes from
    another file.
    """
    lake.log.send(
        "nem_dispatch",
        [
            scada("A", "1"),
            scada("B", "99", line=4),
            scada("C", "3", line=5, at=LATE),
            scada("D", "NaN", line=6),
        ],
    )
    lake.log.send(
        "nem_dispatch",
        [
            scada("C", "7", file="x.zip", line=3),
            scada("A", "0.5", file="x.zip", line=4, header_at="2025/12/26 23:00:00"),
        ],
    )
    lake.log.send("nem_dispatch.dlq", [b"raw"], headers=dead_letter_headers())
    lake.refine()


def test_the_files_of_the_batch_are_replaced_and_unsupported_rows_go(
    way: NemLake,  # noqa: F811
    tmp_path: Path,
) -> None:
    before_replacement(way)
    landing = [
        stage(tmp_path, "nem_dispatch", [scada("A", "1"), scada("B", "2", line=4), scada("D", "4", line=6)])
    ]
    result = way.refine_landing(landing, replace=True)
    assert way.values(POWER) == [
        ("A", 1.0, "2025-12-27 00:05:00"),
        ("B", 2.0, "2025-12-27 00:05:00"),
        ("C", 7.0, "2025-12-27 00:05:00"),
        ("D", 4.0, "2025-12-27 00:05:00"),
    ]
    assert way.values("SELECT count(*) FROM lake.nem_ops.dead_letters") == [0]
    assert result["removed"] == {"bronze_rows": 3, "dead_letters": 2}
    assert result["intervals"] == {"min": "2025-12-27 00:05:00", "max": "2025-12-27 00:10:00"}
    counts = count_of(result, SILVER)
    assert {
        name: counts[name]
        for name in ("rows_in", "redelivered", "inserted", "superseded", "duplicates", "dead_letters")
    } == {"rows_in": 3, "redelivered": 0, "inserted": 2, "superseded": 1, "duplicates": 0, "dead_letters": 0}
    after = contents(way)
    assert way.refine_landing(landing, replace=True)["removed"] == {"bronze_rows": 3, "dead_letters": 0}
    assert contents(way) == after


def test_a_file_that_has_only_refused_rows_now_leaves_nothing_behind(lake: NemLake, tmp_path: Path) -> None:
    before_replacement(lake)
    landing = [
        stage(tmp_path, "nem_dispatch", [scada("A", "NaN")]),
        stage(tmp_path, "nem_dispatch.dlq", [dead_letter("raw", dead_letter_headers())]),
    ]
    counts = count_of(lake.refine_landing(landing, replace=True), SILVER)
    assert (counts["rows_in"], counts["dead_letters"], counts["inserted"]) == (2, 2, 0)
    assert lake.values(POWER) == [("A", 0.5, "2025-12-27 00:05:00"), ("C", 7.0, "2025-12-27 00:05:00")]


def quarantine(*files: str, **changes: Any) -> dict[str, Any]:
    return {
        "checksums": [checksum(file) for file in files],
        "rule": "bronze_dispatch:expect_x",
        "reason": "operator's \\word\\ on it",
        **changes,
    }


def test_a_file_in_quarantine_becomes_dead_letters_and_the_others_go_on(lake: NemLake) -> None:
    bad = scada("A", "1", file="bad.zip")
    lake.log.send("nem_dispatch", [bad, scada("B", "NaN", file="bad.zip", line=4), scada("A", "5")])
    counts = count_of(lake.refine(quarantine=quarantine("bad.zip")), SILVER)
    assert (counts["rows_in"], counts["inserted"], counts["dead_letters"]) == (3, 1, 2)
    assert lake.values(f"SELECT power_mw FROM lake.{SILVER}") == [5.0]
    dead_letters = lake.values(
        "SELECT stage, rule, reason, error_message, payload FROM lake.nem_ops.dead_letters WHERE "
        "source_line = 3"
    )
    assert dead_letters == [
        ("gate", "bronze_dispatch:expect_x", "quarantined", "operator's \\word\\ on it", bad.decode())
    ]


def test_staged_files_can_be_sent_to_quarantine_after_the_fact(
    way: NemLake,  # noqa: F811
    tmp_path: Path,
) -> None:
    landing = [
        stage(
            tmp_path,
            "nem_dispatch",
            [scada("A", "1", file="bad.zip"), scada("B", "2", file="bad.zip", line=4), scada("A", "5")],
        )
    ]
    way.refine_landing(landing)
    counts = count_of(way.refine_landing(landing, replace=True, quarantine=quarantine("bad.zip")), SILVER)
    assert (counts["inserted"], counts["dead_letters"]) == (1, 2)
    assert way.values(f"SELECT unit_id, power_mw FROM lake.{SILVER}") == [("A", 5.0)]


def quarantined_live(lake: NemLake, tmp_path: Path) -> list[dict[str, Any]]:
    """
    A file that came live and was sent to quarantine; answers what an archive that holds it too is staged as.
    """
    lake.log.send("nem_dispatch", [scada("A", "1", file="bad.zip"), scada("B", "2", file="bad.zip", line=4)])
    lake.refine(quarantine=quarantine("bad.zip"))
    return [
        stage(
            tmp_path,
            "nem_dispatch",
            [
                scada("A", "1", file="bad.zip"),
                scada("B", "2", file="bad.zip", line=4),
                scada("A", "5", at=LATE),
            ],
        )
    ]


def test_a_file_in_quarantine_stays_there_when_an_archive_brings_it_again(
    way: NemLake,  # noqa: F811
    tmp_path: Path,
) -> None:
    archive = quarantined_live(way, tmp_path)
    dead_letters = way.values(DEAD_LETTERS)
    counts = count_of(way.refine_landing(archive), SILVER)
    assert (counts["inserted"], counts["dead_letters"]) == (1, 0)
    assert way.values(DEAD_LETTERS) == dead_letters
    way.refine_landing(archive, replace=True)
    assert way.values(POWER) == [("A", 5.0, "2025-12-27 00:10:00")]
    said = way.values("SELECT DISTINCT stage, rule, reason, error_message FROM lake.nem_ops.dead_letters")
    assert said == [("gate", "bronze_dispatch:expect_x", "quarantined", "operator's \\word\\ on it")]


def test_a_file_that_a_replay_took_out_of_quarantine_comes_with_the_archive(
    lake: NemLake, tmp_path: Path
) -> None:
    archive = quarantined_live(lake, tmp_path)
    lake.session.sql(
        "CREATE TABLE lake.nem_ops.dead_letter_events (pipeline STRING, letter_id STRING, action "
        "STRING) USING iceberg"
    )
    letter_id = lake.values(
        "SELECT left(sha2(concat_ws('/', source_sha256, source_line, reason), 256), 16) FROM "
        "lake.nem_ops.dead_letters WHERE source_line = 3"
    )[0]
    lake.session.sql(
        f"INSERT INTO lake.nem_ops.dead_letter_events VALUES ('nem', '{letter_id}', 'claimed'), "
        f"('nem', '{letter_id}', 'repaired')"
    )
    assert count_of(lake.refine_landing(archive), SILVER)["inserted"] == 3


def test_a_quarantine_of_nothing_is_refused(lake: NemLake) -> None:
    with pytest.raises(InvalidJobSpecError, match="params.quarantine.checksums: expected at least one"):
        lake.spec("refine", quarantine=quarantine())

"""Upkeep on a branch: fewer files, the same rows, and nothing to do the second time."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.bronze import Redelivery
from currents_spark.errors import InvalidJobSpecError
from currents_spark.jobs.maintain import Maintain
from currents_spark.jobs.table_files import TableState
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.feeds import DISPATCH
from currents_spark.tables.lake_table import LakeTable
from kept_lake import KeptLake
from nem_dates import HOUR_MS, redate_newest
from nem_lake import NemLake, unit
from nem_messages import scada

TABLE, BRONZE, UNITS = "nem.silver_dispatch_clean", "nem.bronze_dispatch", "nem.unit_metadata"


def maintain(lake: NemLake, *tables: str, **params: Any) -> list[dict[str, Any]]:
    spec = lake.spec("maintain", tables=list(tables) or [TABLE, BRONZE], **{"min_input_files": 2, **params})
    return Maintain(lake.session, spec, lake.control(spec)).run()["maintenance"]


def commits(lake: NemLake, table: str = TABLE) -> int:
    return lake.values(f"SELECT count(*) FROM lake.{table}.snapshots")[0]


def snapshots(lake: NemLake, table: str = TABLE) -> list[int]:
    return lake.values(f"SELECT snapshot_id FROM lake.{table}.snapshots ORDER BY committed_at")


def rows(lake: NemLake, table: str = TABLE) -> list[Any]:
    return lake.values(f"SELECT to_json(struct(*)) FROM lake.{table} ORDER BY 1")


@pytest.fixture(scope="module")
def kept(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> KeptLake:
    return KeptLake(wear(NemLake(spark, tmp_path_factory.mktemp("kept") / "lake")))


@pytest.fixture
def worn(kept: KeptLake) -> NemLake:
    return kept.as_it_was()


@pytest.fixture(scope="module")
def cared_for(kept: KeptLake) -> NemLake:
    """What the first tests look at, then fold, then find in order; `worn` puts it back after them."""
    return kept.as_it_was()


def wear(lake: NemLake) -> NemLake:
    """Three intervals, each a small file, on two trading dates; corrections have left deletes."""
    for number, at in enumerate(("2025/12/27 00:05:00", "2025/12/27 00:10:00", "2025/12/27 04:05:00")):
        lake.log.send(
            "nem_dispatch",
            [
                scada("A", "1.25", at=at, file=f"{number}.zip"),
                scada("B", "-1E-05", at=at, file=f"{number}.zip", line=4),
            ],
        )
        lake.refine()
    lake.log.send(
        "nem_dispatch",
        [scada("A", "9", file="late.zip", header_at="2025/12/27 00:06:00", changed="2025/12/27 00:00:22")],
    )
    lake.refine()
    assert lake.values(f"SELECT count(*) FROM lake.{TABLE}.delete_files") == [1]
    return lake


def test_a_dry_run_says_what_is_due_and_writes_nothing(cared_for: NemLake) -> None:
    before = commits(cared_for)
    assert [(row["action"], row["needs"][0]) for row in maintain(cared_for, dry_run=True)] == [
        ("planned", "data_files")
    ] * 2
    assert commits(cared_for) == before


def test_small_files_and_deletes_are_folded_and_every_row_stays(cared_for: NemLake) -> None:
    before = rows(cared_for), rows(cared_for, BRONZE)
    silver, bronze = maintain(cared_for)
    assert (rows(cared_for), rows(cared_for, BRONZE)) == before
    assert {
        key: silver[key]
        for key in (
            "table_name",
            "action",
            "files_before",
            "files_after",
            "delete_files_before",
            "delete_files_after",
        )
    } == {
        "table_name": TABLE,
        "action": "rewritten",
        "files_before": 4,
        "files_after": 2,
        "delete_files_before": 1,
        "delete_files_after": 0,
    }
    assert (bronze["files_before"], bronze["files_after"]) == (4, 2)
    assert all(
        row["manifests_after"] <= row["manifests_before"] and row["bytes_after"] > 0
        for row in (silver, bronze)
    )
    cared_for.session.catalog.clearCache()


def test_a_table_that_needs_nothing_gets_no_commit(cared_for: NemLake) -> None:
    before = commits(cared_for), commits(cared_for, BRONZE)
    again = maintain(cared_for)
    assert [(row["action"], row["needs"], row["files_before"] == row["files_after"]) for row in again] == [
        ("skipped", [], True)
    ] * 2
    assert (commits(cared_for), commits(cared_for, BRONZE)) == before


def test_hot_partitions_and_absent_tables_are_left_alone(worn: NemLake) -> None:
    worn.log.send("nem_dispatch", [scada("C", "1", at="2025/12/27 04:10:00", file="x.zip")])
    worn.refine()
    result = maintain(worn, TABLE, "nem.nothing", "gone.away", hot_partitions=1)
    assert [(row["table_name"], row["files_before"], row["files_after"]) for row in result] == [(TABLE, 5, 3)]


def files(lake: NemLake, table: str = TABLE) -> set[str]:
    return set(lake.values(f"SELECT file_path FROM lake.{table}.files WHERE content = 0"))


def test_what_live_runs_have_left_behind_them_is_folded_in_a_hot_partition_too(worn: NemLake) -> None:
    for number, at in enumerate(("2025/12/27 04:10:00", "2025/12/27 05:10:00"), 10):
        worn.log.send("nem_dispatch", [scada("A", "1", at=at, file=f"{number}.zip")])
        worn.refine()
    before, newest = (
        rows(worn),
        worn.values(
            f"SELECT DISTINCT input_file_name() FROM lake.{TABLE} WHERE trading_interval = "
            "TIMESTAMP_NTZ '2025-12-27 05:10:00'"
        ),
    )
    hot = {"hot_partitions": 1, "settled_by": "trading_interval", "settled_minutes": 60}
    assert [(row["files_before"], row["files_after"]) for row in maintain(worn, TABLE, BRONZE, **hot)] == [
        (6, 3),
        (6, 3),
    ]
    assert rows(worn) == before and set(newest) < files(worn)
    assert [row["action"] for row in maintain(worn, TABLE, BRONZE, **hot)] == ["skipped", "skipped"]
    # A new interval's lines are still proven to be new, without a look into the files.
    assert may_be_redelivered(worn, "2025-12-27T04:10:00")
    assert not may_be_redelivered(worn, "2025-12-27T05:15:00")


def may_be_redelivered(lake: NemLake, interval_end: str) -> bool:
    end = int(datetime.fromisoformat(f"{interval_end}+00:00").timestamp())
    summary = FeedSummary(period_starts=[end - DISPATCH.period_s], dates=["2025-12-27"], checksums=["7" * 64])
    bronze = LakeTable(lake.session, PIPELINE.bronze[DISPATCH.topic])
    return Redelivery(bronze, PIPELINE.clock, DISPATCH, summary).is_possible()


def test_a_hot_partition_without_the_column_is_left_alone(worn: NemLake) -> None:
    worn.log.send("nem_dispatch", [scada("C", "1", at="2025/12/27 04:10:00", file="x.zip")])
    worn.refine()
    assert [
        (row["files_before"], row["files_after"])
        for row in maintain(worn, TABLE, hot_partitions=1, settled_by="no_such_column", settled_minutes=0)
    ] == [(5, 3)]


def test_old_snapshots_leave_the_metadata_and_their_files_stay(spark: SparkSession, tmp_path: Path) -> None:
    lake = NemLake(spark, tmp_path / "lake", "hadoop")
    for at in ("2025/12/27 00:05:00", "2025/12/27 00:10:00"):
        lake.log.send("nem_dispatch", [scada("A", "1", at=at, file=at)])
        lake.refine()
    files, before, current = set(lake.folder.rglob("*.parquet")), rows(lake), snapshots(lake)[-1]
    assert maintain(lake, TABLE, expire_older_than_hours=0)[0]["needs"] == [
        "data_files",
        "manifests",
        "snapshots",
    ]
    # What was current when upkeep began may be what a query was planned on a minute ago.
    assert (snapshots(lake)[0], rows(lake)) == (current, before)
    assert maintain(lake, TABLE, expire_older_than_hours=0)[0]["needs"] == ["snapshots"]
    assert (commits(lake), rows(lake)) == (1, before)
    assert files <= set(lake.folder.rglob("*.parquet"))
    assert maintain(lake, TABLE, expire_older_than_hours=0)[0]["action"] == "skipped"


def test_a_snapshot_stays_for_as_long_as_asked_after_it_was_replaced_however_old_it_is(
    spark: SparkSession, tmp_path: Path
) -> None:
    lake = NemLake(spark, tmp_path / "lake", "hadoop")
    for number, hours in enumerate((300, 200, 0)):
        lake.load_units([unit("A", station_name=f"name {number}")])
        redate_newest(lake, UNITS, -hours * HOUR_MS)
    _, second, third = snapshots(lake, UNITS)
    # The second was made before the limit too, but was what everybody read until a moment ago.
    expire = {"expire_older_than_hours": 100, "min_input_files": 9}
    assert maintain(lake, UNITS, **expire)[0]["needs"] == ["snapshots"]
    assert snapshots(lake, UNITS) == [second, third]
    assert maintain(lake, UNITS, **expire)[0]["action"] == "skipped"


STEADY, ROLLED_BACK = ((20, 20), (30, 30), (40, 40)), ((20, 20), (30, 30), (40, 10), (60, 50))


@pytest.mark.parametrize(
    ("log", "at_ms", "needed_since_ms"),
    [
        (STEADY, 25, 20),
        (STEADY, 30, 30),
        (STEADY, 90, 40),
        (ROLLED_BACK, 35, 10),
        (ROLLED_BACK, 65, 50),
        # What was current then is not known any more.
        (STEADY, 15, 0),
        ((), 15, 0),
    ],
)
def test_what_was_current_at_a_moment_or_later_is_needed(
    log: tuple[tuple[int, int], ...], at_ms: int, needed_since_ms: int
) -> None:
    state = TableState(partitions=(), data_manifests=(), manifests=0, older_snapshots=(), log=log)
    assert state.needed_since_ms(at_ms) == needed_since_ms


@pytest.mark.parametrize(
    "order",
    [{"sort_by": ["trading_interval", "no_such_column"]}, {"time_columns": {TABLE: "trading_interval"}}],
    ids=["given for all tables", "by the declared time"],
)
def test_rewritten_files_are_sorted_where_that_is_asked_for(worn: NemLake, order: dict[str, Any]) -> None:
    before = rows(worn)
    maintain(worn, TABLE, **order)
    found = worn.values(
        f"SELECT CAST(trading_interval AS STRING) FROM lake.{TABLE} WHERE trading_date = DATE '2025-12-26'"
    )
    assert found == sorted(found) and rows(worn) == before


@pytest.mark.parametrize(
    "params",
    [{"tables": []}, {"min_input_files": 1}, {"target_file_mb": "big"}, {"expire_older_than_hours": -1}],
)
def test_bad_parameters_are_one_clear_error(lake: NemLake, params: dict[str, Any]) -> None:
    with pytest.raises(InvalidJobSpecError, match="params"):
        spec = lake.spec("maintain", **{"tables": [TABLE], **params})
        Maintain(lake.session, spec, lake.control(spec))

"""
A lake that a clock has dated ahead: refused for a while, then dated to now, with every row where it was.
"""

import time
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.jobs.redate import redate_tables
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.runner.control import JobControl
from currents_spark.runner.job import CLOCK_BELIEVED_FROM_ATTEMPT, run_job
from kept_lake import KeptFolder
from nem_dates import HOUR_MS, operations_of, redate_newest
from nem_lake import NemLake
from nem_messages import scada

TABLE, OTHER = "nem.silver_dispatch_clean", "nem.bronze_dispatch"


@pytest.fixture(scope="module")
def kept(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> KeptFolder:
    """Two intervals; the clock of the machine that wrote the second was an hour ahead."""
    lake = NemLake(spark, tmp_path_factory.mktemp("ahead") / "lake", "hadoop")
    for at in ("2025/12/27 00:05:00", "2025/12/27 00:10:00"):
        lake.log.send("nem_dispatch", [scada("A", "1", at=at, file=at)])
        lake.refine()
    for name in (OTHER, TABLE):
        redate_newest(lake, name, HOUR_MS)
    return KeptFolder(spark, lake)


@pytest.fixture
def ahead(kept: KeptFolder) -> NemLake:
    return kept.as_it_was()


def newest_ms(lake: NemLake, name: str) -> int:
    metadata = operations_of(lake, name).current()
    return max(
        metadata.lastUpdatedMillis(),
        *(entry.timestampMillis() for entry in metadata.snapshotLog()),
        *(entry.timestampMillis() for entry in metadata.snapshots()),
    )


def maintain(spark: SparkSession, lake: NemLake, attempt: int, **said: list[str]) -> dict[str, Any]:
    """Any job that writes."""
    document = {
        "job_id": f"job-{attempt}",
        "run_id": "run-9",
        "attempt": attempt,
        "pipeline": "nem",
        "kind": "maintain",
        "catalog": lake.catalog,
        "params": {"tables": [TABLE], "min_input_files": 2},
        "kafka": {"bootstrap": "none", "ranges": []},
        **said,
    }
    return run_job(spark, document, JobControl(document["job_id"], spark.sparkContext))


def test_a_job_says_that_the_clock_is_behind_and_believes_it_when_it_stays_so(
    spark: SparkSession, ahead: NemLake
) -> None:
    rows = ahead.values(f"SELECT to_json(struct(*)) FROM lake.{TABLE} ORDER BY 1")
    for attempt in (1, CLOCK_BELIEVED_FROM_ATTEMPT - 1):
        refused = maintain(spark, ahead, attempt)
        assert (refused["status"], refused["error"]["code"]) == ("failed", "CLOCK_BEHIND_LAKE")
        assert "found a table dated ahead" in refused["error"]["message"]
    assert newest_ms(ahead, TABLE) > time.time() * 1000 + HOUR_MS / 2
    done = maintain(spark, ahead, CLOCK_BELIEVED_FROM_ATTEMPT)
    assert (done["status"], done["maintenance"][0]["action"]) == ("succeeded", "rewritten")
    assert NemLake.values(ahead, f"SELECT to_json(struct(*)) FROM lake.{TABLE} ORDER BY 1") == rows


@pytest.mark.parametrize("said", [{"outputs": [TABLE, "nem.not_yet_there", "gone.away"]}, {}])
def test_a_table_that_the_merge_may_not_change_is_left_ahead(
    spark: SparkSession, ahead: NemLake, said: dict[str, list[str]]
) -> None:
    before = operations_of(ahead, OTHER).current().metadataFileLocation()
    assert maintain(spark, ahead, CLOCK_BELIEVED_FROM_ATTEMPT, **said)["status"] == "succeeded"
    assert operations_of(ahead, OTHER).current().metadataFileLocation() == before


def test_all_that_the_merge_may_change_is_dated_to_now_for_those_that_write_it_later(
    spark: SparkSession, ahead: NemLake
) -> None:
    assert (
        maintain(spark, ahead, CLOCK_BELIEVED_FROM_ATTEMPT, outputs=[TABLE, OTHER])["status"] == "succeeded"
    )
    assert newest_ms(ahead, OTHER) <= time.time() * 1000


@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        ("publish_evidence", ["nem_ops.dead_letters", "nem_ops.gate_results"]),
        ("load_reference", [table.name for table in PIPELINE.tables]),
    ],
)
def test_where_a_worker_does_not_say_it_is_what_the_job_writes(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, tables: list[str]
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        "currents_spark.runner.job.redate_tables", lambda _session, names: asked.append(list(names))
    )
    document = {
        "job_id": kind,
        "run_id": "run-9",
        "attempt": CLOCK_BELIEVED_FROM_ATTEMPT,
        "pipeline": "nem",
        "kind": kind,
        "catalog": {"mode": "hadoop", "warehouse": str(tmp_path)},
        "params": {},
    }
    run_job(spark, document, JobControl(kind, spark.sparkContext))
    assert asked == [tables]


def test_outputs_that_are_no_list_of_tables_are_refused(spark: SparkSession, lake: NemLake) -> None:
    assert "outputs" in maintain(spark, lake, 1, outputs=[1])["error"]["message"]  # type: ignore[list-item]


def test_what_is_dated_ahead_is_dated_to_now_once_and_can_be_written_again(ahead: NemLake) -> None:
    snapshots = ahead.values(f"SELECT snapshot_id FROM lake.{TABLE}.snapshots ORDER BY committed_at")
    assert sorted(redate_tables(ahead.session, [OTHER, TABLE])) == [OTHER, TABLE]
    assert newest_ms(ahead, TABLE) <= time.time() * 1000
    assert ahead.values(f"SELECT snapshot_id FROM lake.{TABLE}.snapshots ORDER BY committed_at") == snapshots
    assert redate_tables(ahead.session, [OTHER, TABLE]) == []
    ahead.log.send("nem_dispatch", [scada("A", "3", at="2025/12/27 00:15:00", file="x.zip")])
    ahead.refine()
    assert ahead.values(f"SELECT count(*) FROM lake.{TABLE}") == [3]


def test_the_present_is_left_alone(spark: SparkSession, lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1")])
    lake.refine()
    before = lake.values(f"SELECT count(*) FROM lake.{TABLE}.snapshots")
    assert redate_tables(lake.session, [OTHER, TABLE]) == []
    assert lake.values(f"SELECT count(*) FROM lake.{TABLE}.snapshots") == before

"""A lake that a clock has dated ahead: refused for a while, then dated to now, with every row where it was."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.control import JobControl
from currents_spark.job import CLOCK_BELIEVED_FROM_ATTEMPT, run_job
from currents_spark.jvm_names import iceberg_names
from currents_spark.redate import redate_tables
from nem_lake import NemLake
from nem_messages import scada

HOUR_MS = 3_600_000
TABLE = "nem.silver_dispatch_clean"


@pytest.fixture
def ahead(spark: SparkSession, tmp_path: Path) -> NemLake:
    """Two intervals; then the clock of whoever wrote the second was an hour ahead."""
    lake = NemLake(spark, tmp_path / "lake", "hadoop")
    for at in ("2025/12/27 00:05:00", "2025/12/27 00:10:00"):
        lake.log.send("nem_dispatch", [scada("A", "1", at=at, file=at)])
        lake.refine()
    for name in ("nem.bronze_dispatch", TABLE):
        date_ahead(lake, name)
    return lake


def operations_of(lake: NemLake, name: str) -> Any:
    table = iceberg_names(lake.session.sparkContext).spark_util.loadIcebergTable(lake.session._jsparkSession, f"lake.{name}")
    table.refresh()
    return table.operations()


def date_ahead(lake: NemLake, name: str) -> None:
    parser, operations = lake.session.sparkContext._jvm.org.apache.iceberg.TableMetadataParser, operations_of(lake, name)
    document = json.loads(parser.toJson(operations.current()))
    document["last-updated-ms"] += HOUR_MS
    for dated in (document["snapshots"][-1], document["snapshot-log"][-1]):
        dated["timestamp-ms"] += HOUR_MS
    operations.commit(operations.current(), parser.fromJson(json.dumps(document)))


def newest_ms(lake: NemLake, name: str) -> int:
    metadata = operations_of(lake, name).current()
    return max(metadata.lastUpdatedMillis(), *(entry.timestampMillis() for entry in metadata.snapshotLog()), *(entry.timestampMillis() for entry in metadata.snapshots()))


def maintain(spark: SparkSession, lake: NemLake, attempt: int) -> dict[str, Any]:
    """Any job that writes."""
    document = {
        "job_id": f"job-{attempt}", "run_id": "run-9", "attempt": attempt, "pipeline": "nem", "kind": "maintain", "catalog": lake.catalog,
        "params": {"tables": [TABLE], "min_input_files": 2}, "kafka": {"bootstrap": "none", "ranges": []},
    }
    return run_job(spark, document, JobControl(document["job_id"], spark.sparkContext))


def test_a_job_says_that_the_clock_is_behind_and_believes_it_when_it_stays_so(spark: SparkSession, ahead: NemLake) -> None:
    rows = ahead.values(f"SELECT to_json(struct(*)) FROM lake.{TABLE} ORDER BY 1")
    for attempt in (1, CLOCK_BELIEVED_FROM_ATTEMPT - 1):
        refused = maintain(spark, ahead, attempt)
        assert (refused["status"], refused["error"]["code"]) == ("failed", "CLOCK_BEHIND_LAKE")
        assert "found a table dated ahead" in refused["error"]["message"]
    assert newest_ms(ahead, TABLE) > time.time() * 1000 + HOUR_MS / 2
    done = maintain(spark, ahead, CLOCK_BELIEVED_FROM_ATTEMPT)
    assert (done["status"], done["maintenance"][0]["action"]) == ("succeeded", "rewritten")
    assert NemLake.values(ahead, f"SELECT to_json(struct(*)) FROM lake.{TABLE} ORDER BY 1") == rows


def test_what_is_dated_ahead_is_dated_to_now_once_and_can_be_written_again(ahead: NemLake) -> None:
    snapshots = ahead.values(f"SELECT snapshot_id FROM lake.{TABLE}.snapshots ORDER BY committed_at")
    assert sorted(redate_tables(ahead.session)) == ["nem.bronze_dispatch", TABLE]
    assert newest_ms(ahead, TABLE) <= time.time() * 1000
    assert ahead.values(f"SELECT snapshot_id FROM lake.{TABLE}.snapshots ORDER BY committed_at") == snapshots
    assert redate_tables(ahead.session) == []
    ahead.log.send("nem_dispatch", [scada("A", "3", at="2025/12/27 00:15:00", file="x.zip")])
    ahead.refine()
    assert ahead.values(f"SELECT count(*) FROM lake.{TABLE}") == [3]


def test_the_present_is_left_alone(spark: SparkSession, lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1")])
    lake.refine()
    before = lake.values(f"SELECT count(*) FROM lake.{TABLE}.snapshots")
    assert redate_tables(lake.session) == []
    assert lake.values(f"SELECT count(*) FROM lake.{TABLE}.snapshots") == before

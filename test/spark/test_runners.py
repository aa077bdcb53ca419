"""The job contract, whichever runner carries it: the warm driver over HTTP, or one process for each job."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conftest import REPOSITORY
from currents_spark.runner.job import run_job
from currents_spark.runner.session import BULK_JVM_OPTIONS, BULK_RECORDS_MIN, JVM_OPTIONS, application_conf
from nem_lake import NemLake, count_of
from nem_messages import scada
from staged import stage
from test_driver import Driver

RunDocument = Callable[[dict[str, Any]], dict[str, Any]]
RESULT_FIELDS = {
    "job_id",
    "status",
    "error",
    "counts",
    "intervals",
    "trading_dates",
    "touched",
    "unknown_units",
    "unknown_unit_count",
    "written_tables",
    "removed",
    "maintenance",
    "files",
    "tables",
    "pending_changes",
    "steps",
    "duration_ms",
}


@pytest.fixture(params=["warm", "submit"])
def run(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Iterator[RunDocument]:
    if request.param == "submit":
        yield lambda document: submitted(document, tmp_path)
        return
    driver = Driver(spark, tmp_path / "jobs", run_job)
    yield lambda document: warm(driver, document)
    driver.server.shutdown()


def warm(driver: Driver, document: dict[str, Any]) -> dict[str, Any]:
    assert driver.call("/jobs", document)[0] == 202
    while (state := driver.job(document["job_id"])[1])["status"] in ("queued", "running"):
        time.sleep(0.1)
    return state["result"]


def submitted(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    spec, result = folder / f"{document['job_id']}.spec.json", folder / f"{document['job_id']}.result.json"
    spec.write_text(json.dumps(document))
    command = [
        sys.executable,
        str(REPOSITORY / "spark" / "submit.py"),
        "--spec",
        str(spec),
        "--result",
        str(result),
    ]
    ended = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=300, check=False)
    answer: dict[str, Any] = json.loads(result.read_text())
    assert ended.returncode == {"succeeded": 0, "failed": 1}[answer["status"]], ended.stderr[-2000:]
    return answer


def test_a_job_succeeds_or_fails_with_one_result_document(
    run: RunDocument, spark: SparkSession, tmp_path: Path
) -> None:
    lake = NemLake(spark, tmp_path / "lake", "hadoop")
    landing = [stage(tmp_path, "nem_dispatch", [scada("A", "1"), scada("B", "NaN", line=4)])]
    document = {
        "job_id": "landing-1",
        "run_id": "run-1",
        "attempt": 1,
        "pipeline": "nem",
        "kind": "refine",
        "catalog": lake.catalog,
        "kafka": {"bootstrap": "", "ranges": []},
        "params": {"landing": landing, "replace": False, "quarantine": None},
    }
    done = run(document)
    assert (set(done), done["status"], done["error"]) == (RESULT_FIELDS, "succeeded", None)
    counts = count_of(done, "nem.silver_dispatch_clean")
    assert (counts["inserted"], counts["dead_letters"]) == (1, 1)
    assert lake.values("SELECT unit_id FROM lake.nem.silver_dispatch_clean") == ["A"]
    wrong = run({**document, "job_id": "landing-2", "params": {"landing": [{**landing[0], "records": 9}]}})
    assert (set(wrong), wrong["status"], wrong["error"]["code"]) == (
        RESULT_FIELDS,
        "failed",
        "KAFKA_RECORDS_MISSING",
    )
    assert (wrong["error"]["message"], wrong["error"]["tail"]) == (
        "1 staged objects: expected 9 records of nem_dispatch, found 2",
        "",
    )


def test_a_process_takes_job_after_job_until_one_fails(spark: SparkSession, tmp_path: Path) -> None:
    catalog = NemLake(spark, tmp_path / "lake", "hadoop").catalog
    landing = [stage(tmp_path, "nem_dispatch", [scada("A", "1")])]
    later = [stage(tmp_path, "nem_dispatch", [scada("B", "2", file="later.zip")], archive="later.zip")]

    def order(name: str, landed: list[dict[str, Any]]) -> dict[str, str]:
        document = {
            "job_id": name,
            "run_id": name,
            "attempt": 1,
            "pipeline": "nem",
            "kind": "refine",
            "catalog": catalog,
            "kafka": {"bootstrap": "", "ranges": []},
            "params": {"landing": landed, "replace": False, "quarantine": None},
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
        return {"spec": str(tmp_path / f"{name}.json"), "result": str(tmp_path / f"{name}.result.json")}

    orders = [
        order("first", landing),
        order("later", later),
        order("wrong", [{**landing[0], "records": 9}]),
        order("never", landing),
    ]
    command = [sys.executable, str(REPOSITORY / "spark" / "submit.py"), "--from-stdin"]
    lines = "".join(json.dumps(each) + "\n" for each in orders)
    ended = subprocess.run(
        command, env=os.environ, input=lines, capture_output=True, text=True, timeout=300, check=False
    )
    first, second, wrong = (json.loads(Path(each["result"]).read_text()) for each in orders[:3])
    assert [count_of(done, "nem.silver_dispatch_clean")["inserted"] for done in (first, second)] == [1, 1]
    assert (wrong["status"], ended.returncode) == ("failed", 1), ended.stderr[-2000:]
    assert not Path(orders[3]["result"]).exists()


def test_a_process_of_its_own_has_all_compiler_tiers_for_a_bulk_job() -> None:
    assert "TieredStopAtLevel" in JVM_OPTIONS and "TieredStopAtLevel" not in BULK_JVM_OPTIONS
    assert application_conf(BULK_RECORDS_MIN) == {"spark.driver.extraJavaOptions": BULK_JVM_OPTIONS}
    assert application_conf(BULK_RECORDS_MIN - 1) == {}

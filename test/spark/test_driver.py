"""The driver over HTTP: one job at a time, each id once, cancellation that waits, results that outlive it."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.runner.http_api import make_server
from currents_spark.runner.job import run_job
from currents_spark.runner.job_runner import JobRunner
from currents_spark.runner.job_store import JobStore

SPEC = {
    "job_id": "nem-run/1-a1",
    "run_id": "run-1",
    "attempt": 1,
    "pipeline": "nem",
    "kind": "refine",
    "catalog": {"mode": "memory", "warehouse": "memory://driver"},
}


class Driver:
    def __init__(self, spark: SparkSession, folder: Path, run: Any) -> None:
        self.runner = JobRunner(spark, JobStore(folder), run=run)
        self.server = make_server(0, self.runner, lambda: {"ready": True})
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def call(self, path: str, body: Any = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.server.server_port}{path}",
            data,
            method="GET" if body is None else "POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def job(self, job_id: str = SPEC["job_id"], action: str = "") -> tuple[int, Any]:
        return self.call(f"/jobs/{quote(job_id, safe='')}{action}", {} if action else None)


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


@pytest.fixture
def driver(spark: SparkSession, tmp_path: Path, gate: threading.Event) -> Iterator[Driver]:
    def run(_spark: SparkSession, document: Any, control: JobControl) -> dict[str, Any]:
        gate.wait(60)
        return {"job_id": document["job_id"], "status": "cancelled" if control.cancelled else "succeeded"}

    running = Driver(spark, tmp_path, run)
    yield running
    gate.set()
    running.server.shutdown()


def ended(driver: Driver, job_id: str = SPEC["job_id"]) -> Any:
    while (state := driver.job(job_id)[1])["status"] in ("queued", "running"):
        pass
    return state


def test_a_job_is_accepted_once_and_answers_its_state(driver: Driver, gate: threading.Event) -> None:
    assert driver.call("/jobs", SPEC)[0] == 202
    status, state = driver.call("/jobs", SPEC)
    assert (status, state["status"]) == (200, "running")
    gate.set()
    assert ended(driver)["result"]["status"] == "succeeded"
    assert driver.call("/jobs", SPEC)[0] == 200


def test_a_second_job_is_turned_away_while_one_runs(driver: Driver, gate: threading.Event) -> None:
    driver.call("/jobs", SPEC)
    status, busy = driver.call("/jobs", {**SPEC, "job_id": "other"})
    assert (status, busy["running"], busy["running_kind"], busy["running_pipeline"]) == (
        409,
        SPEC["job_id"],
        "refine",
        "nem",
    )
    assert busy == driver.runner.running and busy["running_since"].endswith("Z")
    gate.set()
    ended(driver)


def test_a_driver_without_a_job_names_none(driver: Driver) -> None:
    assert set(driver.runner.running.values()) == {None}


def test_a_bad_spec_is_refused_with_every_mistake(driver: Driver) -> None:
    status, answer = driver.call("/jobs", {"job_id": "x", "kind": "bake"})
    assert (status, answer["error"]["code"]) == (400, "SPARK_SPEC_INVALID")
    assert "run_id" in answer["error"]["message"] and "kind: expected one of" in answer["error"]["message"]


def test_main_is_never_written(driver: Driver) -> None:
    catalog = {
        "mode": "native",
        "uri": "http://n",
        "ref": "main",
        "warehouse": "s3://w",
        "s3_endpoint": "http://s",
    }
    assert driver.call("/jobs", {**SPEC, "catalog": catalog})[1]["error"]["code"] == "SPARK_REF_PROTECTED"


def test_unknown_ids_and_paths_are_not_found(driver: Driver) -> None:
    assert (driver.job("nobody")[0], driver.job("nobody", "/cancel")[0], driver.call("/elsewhere")[0]) == (
        404,
        404,
        404,
    )


def test_results_outlive_the_driver_and_a_lost_job_has_failed(spark: SparkSession, tmp_path: Path) -> None:
    before = JobStore(tmp_path)
    before.put({"job_id": "done", "status": "succeeded", "result": {"status": "succeeded"}})
    before.put({"job_id": "torn/1", "status": "running"})
    after = JobRunner(spark, JobStore(tmp_path))
    assert after.state("done")["status"] == "succeeded"
    assert after.state("torn/1")["result"]["error"]["code"] == "SPARK_DRIVER_LOST"


def test_a_job_cancelled_in_the_middle_is_gone_and_the_driver_goes_on(
    spark: SparkSession, tmp_path: Path
) -> None:
    started = threading.Event()

    def run(session: SparkSession, document: Any, control: JobControl) -> dict[str, Any]:
        if document["kind"] == "refine":
            document = {**document, "kind": "warm_up"}
            return run_job(session, document, Slow(control, started))
        return run_job(session, document, control)

    driver = Driver(spark, tmp_path, run)
    driver.call("/jobs", SPEC)
    started.wait(60)
    status, state = driver.job(action="/cancel")
    assert (status, state["status"], state["result"]["error"]["code"]) == (
        200,
        "cancelled",
        "SPARK_JOB_CANCELLED",
    )
    driver.call("/jobs", {**SPEC, "job_id": "next", "kind": "warm_up", "params": {"rounds": 1}})
    assert ended(driver, "next")["status"] == "succeeded"
    driver.server.shutdown()


class Slow(JobControl):
    """Stays in its first step until a Spark job that would take an hour is cancelled."""

    def __init__(self, control: JobControl, started: threading.Event) -> None:
        super().__init__(control.job_id, control._context)
        self._outer, self._started = control, started

    @property
    def cancelled(self) -> bool:
        return self._outer.cancelled

    def check(self) -> None:
        super().check()
        if not self._started.is_set():
            self._context.setJobGroup(self.job_id, "slow")
            self._started.set()
            spark = SparkSession.builder.getOrCreate()
            spark.sql(
                "SELECT java_method('java.lang.Thread', 'sleep', 1000L + id * 0) FROM range(0, 3600, 1, 2)"
            ).collect()

"""Runs one job at a time and knows the state of every job it was ever given."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyspark import InheritableThread
from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.runner.job import run_job
from currents_spark.runner.job_store import JobStore
from currents_spark.stamps import utc_now

CANCEL_EVERY_SECONDS = 0.5

RunJob = Callable[[SparkSession, Any, JobControl], dict[str, Any]]


class BusyError(Exception):
    """Another job is running; `running` describes it, see JobRunner.running."""

    def __init__(self, running: dict[str, Any]) -> None:
        super().__init__(f"job {running['running']} is running")
        self.running = running


@dataclass
class _Running:
    control: JobControl
    thread: threading.Thread
    state: dict[str, Any]


class JobRunner:
    """`on_idle` is called after each job, when the next may begin."""

    def __init__(
        self,
        spark: SparkSession,
        store: JobStore,
        on_idle: Callable[[], None] = lambda: None,
        run: RunJob = run_job,
    ) -> None:
        self._spark, self._store, self._on_idle, self._run = spark, store, on_idle, run
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self.jobs_done = 0

    @property
    def running(self) -> dict[str, Any]:
        """Which job a caller waits for: its id, kind, pipeline and start, all null while none runs."""
        running = self._running
        state = {} if running is None else running.state
        return {
            "running": state.get("job_id"),
            "running_kind": state.get("kind"),
            "running_pipeline": state.get("pipeline"),
            "running_since": state.get("started_at"),
        }

    def submit(self, document: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
        """(started, state). A known job id starts nothing and answers the state it has. Raises BusyError."""
        job_id = document["job_id"]
        with self._lock:
            known = self.state(job_id)
            if known is not None:
                return False, known
            if self._running is not None:
                raise BusyError(self.running)
            state = {
                "job_id": job_id,
                "kind": document["kind"],
                "pipeline": document["pipeline"],
                "status": "queued",
                "step": "queued",
                "started_at": utc_now(),
            }
            self._store.put(state)
            control = JobControl(job_id, self._spark.sparkContext)
            thread = InheritableThread(
                target=self._work, args=(document, control, state), name=f"job {job_id}", daemon=True
            )
            self._running = _Running(control, thread, state)
            thread.start()
            return True, state

    def state(self, job_id: str) -> dict[str, Any] | None:
        """The job's state, or None for an id never seen."""
        running = self._running
        if running is not None and running.state["job_id"] == job_id:
            return {**running.state, "status": "running", "step": running.control.step}
        return self._store.get(job_id)

    def cancel(self, job_id: str) -> dict[str, Any] | None:
        """Ends the job and returns its state when it is really gone; an ended job is left as it is."""
        running = self._running
        if running is not None and running.state["job_id"] == job_id:
            # Repeated, because a Spark job may start between the flag's check and the cancellation.
            while running.thread.is_alive():
                running.control.cancel()
                running.thread.join(CANCEL_EVERY_SECONDS)
        return self.state(job_id)

    def cancel_running(self) -> None:
        running = self._running
        if running is not None:
            self.cancel(running.state["job_id"])

    def _work(self, document: dict[str, Any], control: JobControl, state: dict[str, Any]) -> None:
        result = self._run(self._spark, document, control)
        self._store.put({**state, "status": result["status"], "step": control.step, "result": result})
        with self._lock:
            self._running = None
            self.jobs_done += 1
        self._on_idle()

"""The driver process: starts Spark, serves, warms up, recycles itself."""

import os
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from pyspark import SparkContext

from currents_spark.jobs.warm_up import ROUNDS, warm_up
from currents_spark.runner.control import JobControl
from currents_spark.runner.http_api import make_server
from currents_spark.runner.job_runner import JobRunner
from currents_spark.runner.job_store import JobStore
from currents_spark.runner.memory import resident_mb
from currents_spark.runner.registry import enabled_pipelines, load_pipeline
from currents_spark.runner.session import start_application, stop_application

# EX_TEMPFAIL: the supervisor starts a fresh driver without counting it as a crash.
RECYCLED_EXIT_CODE = 75
# Sessions and generated classes leak a little with each job; an early restart costs some seconds, a late one
# a run.
JOBS_MAX = 200
RESIDENT_MB_MAX = 1800
JVM_CHECK_SECONDS = 2
JVM_GONE_EXIT_CODE = 70


class Driver:
    """Ends with RECYCLED_EXIT_CODE after enough jobs or memory, with 0 on SIGTERM and SIGINT."""

    def __init__(self, home: Path) -> None:
        self._spark = start_application("currents-driver")
        self._warm = JobControl("warm-up", self._spark.sparkContext)
        self._is_warm = False
        self._runner = JobRunner(self._spark, JobStore(home / "spark" / "jobs"), self._recycle_when_due)
        self._jobs_max = int(os.environ.get("SPARK_DRIVER_JOBS_MAX", JOBS_MAX))
        self._resident_mb_max = int(os.environ.get("SPARK_DRIVER_RSS_MB_MAX", RESIDENT_MB_MAX))
        self._ended = threading.Event()
        self._exit_code = 0

    def serve(self, port: int) -> int:
        """Serves until asked to end; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        server = make_server(port, self._runner, self._health)
        threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        while not self._ended.wait(JVM_CHECK_SECONDS):
            if SparkContext._gateway.proc.poll() is not None:
                # No wait is possible any more; the next driver declares the running job lost.
                os._exit(JVM_GONE_EXIT_CODE)
        self._warm.cancel()
        self._runner.cancel_running()
        server.shutdown()
        stop_application(self._spark)
        return self._exit_code

    def _health(self) -> dict[str, Any]:
        running = self._runner.running
        return {
            "ready": not self._ended.is_set(),
            "warm": self._is_warm,
            "busy": running["running"] is not None,
            **running,
            "jobs_done": self._runner.jobs_done,
            "rss_mb": resident_mb(),
        }

    def _warm_up(self) -> None:
        """Code that the first pipeline's runs have loaded serves the others'; those need a single round."""
        for index, name in enumerate(enabled_pipelines()):
            warm_up(self._spark, self._warm, load_pipeline(name), ROUNDS if index == 0 else 1)
        self._is_warm = True

    def _recycle_when_due(self) -> None:
        if self._runner.jobs_done >= self._jobs_max or resident_mb() >= self._resident_mb_max:
            self._exit_code = RECYCLED_EXIT_CODE
            self._ended.set()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._ended.set()

"""What a running job reports (steps, state) and receives (cancellation)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyspark import InheritableThread, SparkContext

from currents_spark.errors import JobCancelledError


class JobControl:
    """One per job; safe to use from the job's own threads and from the HTTP threads."""

    def __init__(self, job_id: str, context: SparkContext | None = None) -> None:
        self.job_id = job_id
        self.step = "queued"
        self.steps: list[dict[str, Any]] = []
        self._context = context
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Asks the job to end; running Spark tasks are interrupted, the next step is not begun."""
        self._cancelled.set()
        if self._context is not None:
            self._context.cancelJobGroup(self.job_id)

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raises JobCancelledError once cancellation was requested."""
        if self.cancelled:
            raise JobCancelledError(f"job {self.job_id}: cancelled in step {self.step}")

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """One named step, in milliseconds; a job cancelled meanwhile does not begin it."""
        self.check()
        self.step = name
        started = time.monotonic()
        if self._context is not None:
            self._context.setJobGroup(self.job_id, name, interruptOnCancel=False)
        try:
            yield
        finally:
            self.steps.append({"name": name, "ms": round((time.monotonic() - started) * 1000)})

    def in_parallel(self, tasks: dict[str, Callable[[], None]]) -> None:
        """Runs steps side by side and waits for all; the first failure is raised after the last has ended."""
        failures: list[BaseException] = []

        def guarded(name: str, task: Callable[[], None]) -> None:
            try:
                with self.timed(name):
                    task()
            except BaseException as failure:  # noqa: BLE001 - handed to the caller below
                failures.append(failure)

        threads = [InheritableThread(target=guarded, args=item, name=item[0]) for item in tasks.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            self.check()
            raise failures[0]

"""Aggregates that a write takes of its own rows, so that they need no pass of their own."""

import json
import queue
import threading

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from currents_spark.errors import JobError

# They arrive by Spark's bus of events, which is mostly at once, and drops events when it is flooded.
WAIT_S = 120


class ObservedTexts:
    """A list of texts: `sql` is an aggregate over the rows that are written, such as `collect_set(id)`."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._observation = Observation()

    def of(self, rows: DataFrame) -> DataFrame:
        return rows.observe(self._observation, F.expr(f"to_json({self._sql}) AS texts"))

    def get(self) -> list[str]:
        """After the write. Spark's own `get` has no limit."""
        answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: answers.put(self._observation.get["texts"]), daemon=True).start()
        try:
            return json.loads(answers.get(timeout=WAIT_S))
        except queue.Empty:
            raise JobError(f"{self._sql}: expected Spark's answer within {WAIT_S} s, found none") from None

"""Takes a run's new records into a fold: the step is called key by key, and states and rows are written."""

import importlib
import time
from collections.abc import Callable
from typing import Any

from pyspark import cloudpickle
from pyspark.errors import PythonException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.fold import Fold
from currents_spark.engine.fold_records import newest_time_s, records_by_key
from currents_spark.engine.fold_state import FoldState
from currents_spark.engine.held import Held
from currents_spark.errors import FoldStepFailedError
from currents_spark.tables.lake import Lake
from currents_spark.tables.table_merge import merge_by_key


class FoldStep:
    """
    A fold of one run. The same batch on the same base gives the same rows: states lie in the lake, so an
    attempt that is repeated, a run that gates stop and a killed driver begin with those of the base.

    The time that keys are asked by is that of Kafka: see newest_time_s.
    """

    def __init__(self, lake: Lake, fold: Fold, run_id: str, *, is_bulk: bool = False) -> None:
        self._lake, self._fold, self._run_id, self._is_bulk = lake, fold, run_id, is_bulk

    def run(self, records: DataFrame) -> set[str]:
        """
        `records` in the shape of bronze. Returns the names of the tables that were written.

        Raises FoldStepFailedError when the step fails.
        """
        try:
            return self._run(records)
        except PythonException as failure:
            raise FoldStepFailedError(
                f"{self._fold.result.name}: expected the step to take the records of every key, "
                f"found {str(failure).strip().splitlines()[-1]}"
            ) from failure

    def _run(self, records: DataFrame) -> set[str]:
        fold = self._fold
        with Held(self._is_bulk) as held:
            state = FoldState(self._lake.table(fold.state), fold, held)
            by_key = held.hold(records_by_key(fold, records))
            arrivals = [row.arrived_s for row in by_key.select("arrived_s").collect()]
            now_s = newest_time_s(arrivals, time.time())
            done = held.hold(self._called(by_key, state.wanted(by_key, now_s), now_s))
            rows = self._rows(done)
            written = {fold.state.name}
            if self._write_rows(rows):
                written.add(fold.result.name)
            state.write(self._states(done), len(arrivals))
        return written

    def _called(self, by_key: DataFrame, states: DataFrame, now_s: float) -> DataFrame:
        """Old columns of the state as `old_*`; `done` is what the step returned."""
        fold = self._fold
        names = [name for name in fold.state.column_names if name != fold.key]
        old = states.selectExpr(fold.key, *[f"{name} AS old_{name}" for name in names])
        work = by_key.join(old, fold.key, "full_outer")
        kept = [f"coalesce(kept.{name}, old_{name}) AS {name}" for name in fold.kept]
        called = _udf_of(fold, now_s)(F.col(fold.key), F.col("old_state"), F.col("samples"))
        return work.selectExpr(fold.key, "old_version", "old_state", "samples", *kept).select(
            fold.key, "old_version", *fold.kept, called.alias("done")
        )

    def _states(self, done: DataFrame) -> DataFrame:
        return done.selectExpr(
            self._fold.key,
            *self._fold.kept,
            "coalesce(old_version, 0L) + 1L AS version",
            "done.ask_at",
            "done.state",
            f"'{self._run_id}' AS run_id",
        )

    def _rows(self, done: DataFrame) -> DataFrame:
        fold = self._fold
        names = [name for name, _ in fold.fields]
        each = done.select(*fold.kept, F.explode("done.rows").alias("row"))
        flat = each.selectExpr(*fold.kept, *[f"row.{name}" for name in names], f"'{self._run_id}' AS run_id")
        made = flat.selectExpr("*", *[f"{value} AS {name}" for name, value in fold.derived.items()])
        return made.select(*fold.result.column_names)

    def _write_rows(self, rows: DataFrame) -> int:
        fold = self._fold
        table = self._lake.table(fold.result)
        days = rows.groupBy(F.expr(f"CAST({fold.result.partitioned_by} AS STRING) AS day")).count().collect()
        counts = {row["day"]: row["count"] for row in days}
        if counts:
            merge_by_key(self._lake.session, table, rows, fold.result_key, counts)
        return sum(counts.values())


def _udf_of(fold: Fold, now_s: float) -> Callable[..., Column]:
    # By value: workers need no copy of the package.
    cloudpickle.register_pickle_by_value(importlib.import_module(fold.step.__module__.split(".")[0]))
    fields = ", ".join(f"`{name}`: {kind}" for name, kind in fold.fields)
    step, names = fold.step, tuple(fold.samples)

    def called(key: str, state: bytearray | None, samples: tuple[list[Any], ...] | None) -> tuple[Any, ...]:
        lists = dict(zip(names, samples or [[] for _ in names], strict=True))
        return tuple(step(key, None if state is None else bytes(state), lists, now_s))

    return F.udf(called, f"struct<state: binary, ask_at: timestamp, rows: array<struct<{fields}>>>")

"""
Keeps tables quick to read: rewrites small files, files with deletes and scattered manifests, on the job's
branch.
"""

import time
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.pipeline import Pipeline
from currents_spark.errors import InvalidJobSpecError
from currents_spark.jobs.maintain_params import MaintainParams
from currents_spark.jobs.table_upkeep import TableUpkeep
from currents_spark.runner.control import JobControl
from currents_spark.runner.spec import JobSpec
from currents_spark.tables.catalog_tables import table_names

PLANNED, REWRITTEN, SKIPPED = "planned", "rewritten", "skipped"


class Maintain:
    """
    params: see MaintainParams. Tables that are not on the branch are left out of the result.

    Rows stay the same. No file is deleted, because other branches and tags may share it; what no ref needs is
    removed by a step that sees all refs. A table that needs nothing gets no commit, so running again changes
    nothing.
    """

    def __init__(
        self, spark: SparkSession, spec: JobSpec, control: JobControl, _pipeline: Pipeline | None = None
    ) -> None:
        self._spark, self._control = spark, control
        self._params = MaintainParams.of(spec.params)
        self._names = [str(name) for name in spec.params.get("tables") or []]
        if not self._names:
            raise InvalidJobSpecError("params.tables: expected at least one table, found none")

    @staticmethod
    def writes(spec: JobSpec, _pipeline: Pipeline) -> list[str]:
        return [str(name) for name in spec.params.get("tables") or []]

    def run(self) -> dict[str, Any]:
        present = self._present()
        rows = []
        for name in (name for name in self._names if name in present):
            with self._control.timed(name):
                rows.append(self._maintain(name))
        return {
            "maintenance": rows,
            "written_tables": [row["table_name"] for row in rows if row["action"] == REWRITTEN],
        }

    def _present(self) -> set[str]:
        return set(table_names(self._spark, {name.split(".")[0] for name in self._names}))

    def _maintain(self, name: str) -> dict[str, Any]:
        started = time.monotonic()
        upkeep = TableUpkeep(self._spark, name, self._params.of_table(name))
        before, needs = upkeep.figures(), upkeep.needs()
        action = SKIPPED if not needs else PLANNED if self._params.dry_run else REWRITTEN
        if action == REWRITTEN:
            upkeep.run(needs)
        after = upkeep.figures()
        figures = {
            f"{key}_{when}": values[key]
            for key in before
            for when, values in (("before", before), ("after", after))
        }
        return {
            "table_name": name,
            "action": action,
            "needs": needs,
            **figures,
            "seconds": round(time.monotonic() - started, 2),
        }

"""Publishes the evidence of a failed run, its dead letters and gate results, on a separate branch."""

from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.engine.pipeline import Pipeline
from currents_spark.runner.control import JobControl
from currents_spark.runner.session import add_catalog, at_ref
from currents_spark.runner.spec import JobSpec
from currents_spark.tables.dead_letters import may_be_recorded, not_yet_recorded
from currents_spark.tables.lake import Lake
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.objects import read_ndjson
from currents_spark.tables.prepare_tables import prepare_tables
from currents_spark.tables.table_definition import TableDefinition

FAILED_CATALOG = "failed"


class PublishEvidence:
    """
    params: `run_id` of the failed run; `from_ref` its branch, null when Spark wrote none;
    `gate_results_uris`, NDJSON.

    Publishing the same evidence again adds nothing.
    """

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl, pipeline: Pipeline) -> None:
        self._spark, self._spec, self._control = spark, spec, control
        self._dead_letters, self._gates = _tables(pipeline)
        self._lake = Lake(spark, spec)
        self._run_id = str(spec.params.get("run_id") or spec.run_id)
        self._written: list[str] = []

    @staticmethod
    def writes(_spec: JobSpec, pipeline: Pipeline) -> list[str]:
        return [table.name for table in _tables(pipeline)]

    def run(self) -> dict[str, Any]:
        prepare_tables(self._lake, self._control, (self._dead_letters, self._gates))
        if self._spec.params.get("from_ref"):
            with self._control.timed(self._dead_letters.name):
                self._publish_dead_letters(str(self._spec.params["from_ref"]))
        with self._control.timed(self._gates.name):
            self._publish_gate_results()
        return {"written_tables": self._written}

    def _publish_dead_letters(self, from_ref: str) -> None:
        found = self._dead_letters_of(from_ref).localCheckpoint()
        table = self._lake.table(self._dead_letters)
        fresh = not_yet_recorded(found, table.read()) if may_be_recorded(table, found) else found
        count = fresh.count()
        if count:
            table.append(fresh, count)
            self._written.append(self._dead_letters.name)

    def _dead_letters_of(self, from_ref: str) -> DataFrame:
        add_catalog(self._spark, FAILED_CATALOG, at_ref(self._spec.catalog, from_ref))
        return self._spark.read.table(f"{FAILED_CATALOG}.{self._dead_letters.name}").where(
            F.col("run_id") == self._run_id
        )

    def _publish_gate_results(self) -> None:
        uris = self._spec.params.get("gate_results_uris") or []
        rows = [row for uri in uris for row in read_ndjson(uri, self._spec.catalog)]
        if not rows:
            return
        table = self._lake.table(self._gates)
        results = rows_of(self._spark, self._gates, rows)
        if table.may_hold(run_id=[self._run_id]):
            results = results.exceptAll(table.read().where(F.col("run_id") == self._run_id)).localCheckpoint()
        count = results.count()
        if count:
            table.append(results, count)
            self._written.append(self._gates.name)


def _tables(pipeline: Pipeline) -> tuple[TableDefinition, TableDefinition]:
    """
    What the branch may change, and no more: the merge of a lake's very first run, when it fails, is refused
    for any other table made here.
    """
    return pipeline.ops.dead_letters, pipeline.ops.gate_results

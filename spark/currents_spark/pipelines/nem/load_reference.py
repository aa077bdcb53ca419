"""Loads reference tables, and brings the columns that silver took from it up to date."""

from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.silver_merge import merge_rows
from currents_spark.engine.touched import Touched, joined, touched_result
from currents_spark.pipelines.nem import tables
from currents_spark.pipelines.nem.contracts import SILVER_DISPATCH
from currents_spark.pipelines.nem.feeds import DISPATCH
from currents_spark.pipelines.nem.reference_rows import REPLACE, checked_rows, replacement
from currents_spark.pipelines.nem.nem_time import CLOCK
from currents_spark.pipelines.nem.relabel import relabelled_rows
from currents_spark.pipelines.nem.silver import DISPATCH_CLEAN
from currents_spark.runner.control import JobControl
from currents_spark.runner.spec import JobSpec
from currents_spark.stamps import utc_now
from currents_spark.tables.lake import Lake
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.objects import read_ndjson
from currents_spark.tables.prepare_tables import prepare_tables
from currents_spark.tables.table_definition import TableDefinition


_SMALL_TABLES = (
    (tables.REGION_METADATA, "regions", "region_id"),
    (tables.INTERCONNECTOR_METADATA, "interconnectors", "interconnector_id"),
    (tables.MARKET_LIMITS, "limits", "name"),
)


class LoadReference:
    """
    params: `tables`, the address of rows (NDJSON) by name: units, regions, interconnectors, limits, any may be
    absent; `mode` `replace` (rows of the units named in the object replace those units' rows; others stay,
    because old intervals need retired units) or `replace_all`; `trading_dates` limits the silver rows looked
    at. The same rows again change nothing.
    """

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl, pipeline: Pipeline) -> None:
        self._spark, self._spec, self._control, self._pipeline = spark, spec, control, pipeline
        self._lake = Lake(spark, spec)
        self._written: list[str] = []

    @staticmethod
    def writes(_spec: JobSpec, pipeline: Pipeline) -> list[str]:
        return [table.name for table in pipeline.tables]

    def run(self) -> dict[str, Any]:
        prepare_tables(self._lake, self._control, self._pipeline.tables)
        for definition, name, key in _SMALL_TABLES:
            with self._control.timed(definition.name):
                self._replace(definition, name, key)
        with self._control.timed(tables.UNIT_METADATA.name):
            units = self._replace(tables.UNIT_METADATA, "units", "unit_id")
        touched = Touched()
        if units is not None:
            with self._control.timed(SILVER_DISPATCH.name):
                touched = self._relabel(*units)
        result = touched_result(CLOCK, self._pipeline.step_s, touched)
        return {**result, "written_tables": self._written}

    def _replace(
        self, definition: TableDefinition, name: str, key: str
    ) -> tuple[DataFrame, list[str]] | None:
        """
        Writes the table when it differs; the new contents and the keys whose rows changed, None without a
        change.
        """
        uri = self._spec.params.get("tables", {}).get(name)
        if not uri:
            return None
        stamp = {"loaded_at": utc_now(), "run_id": self._spec.run_id}
        found = checked_rows(uri, read_ndjson(uri, self._spec.catalog), key)
        loaded = rows_of(self._spark, definition, [{**row, **stamp} for row in found])
        table = self._lake.table(definition)
        contents, changed = replacement(
            table.read(), loaded, definition, key, str(self._spec.params.get("mode") or REPLACE)
        )
        if not changed:
            return None
        table.overwrite(contents)
        self._written.append(definition.name)
        return contents, changed

    def _relabel(self, metadata: DataFrame, units: list[str]) -> Touched:
        silver = self._lake.table(SILVER_DISPATCH)
        rows = relabelled_rows(
            silver.read(), metadata, units, self._spec.params.get("trading_dates"), self._spec.run_id
        ).localCheckpoint()
        touched = _touched_by(rows)
        if touched:
            merge_rows(self._spark, DISPATCH_CLEAN, silver, rows, touched.dates)
            self._written.append(SILVER_DISPATCH.name)
        return touched


def _touched_by(rows: DataFrame) -> Touched:
    """One range for each trading date: a unit may have decades of intervals."""
    start = CLOCK.period_start(CLOCK.column, str(DISPATCH.period_s))
    days = rows.groupBy(CLOCK.partition).agg(F.expr(f"min({start}) AS low"), F.expr(f"max({start}) AS high"))
    found = days.collect()
    return Touched(
        joined((day.low, day.high + DISPATCH.period_s) for day in found),
        tuple(sorted(str(day[CLOCK.partition]) for day in found)),
    )

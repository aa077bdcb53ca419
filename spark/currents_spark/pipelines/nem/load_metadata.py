"""Loads unit and region metadata, and brings the columns that silver took from it up to date."""

from typing import Any

from pyspark.sql import DataFrame, SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.tables.lake import Lake
from currents_spark.tables.lake_table import TableDefinition
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.objects import read_ndjson
from currents_spark.pipelines.nem import tables
from currents_spark.pipelines.nem.metadata_rows import REPLACE, checked_rows, replacement
from currents_spark.pipelines.nem.relabel import relabelled_rows
from currents_spark.pipelines.nem.silver import DISPATCH_CLEAN
from currents_spark.engine.silver_step import merge_rows
from currents_spark.tables.prepare_tables import prepare_tables
from currents_spark.runner.spec import JobSpec
from currents_spark.stamps import utc_now


class LoadMetadata:
    """
    params: `units_uri`, `regions_uri` (NDJSON, either may be null); `mode` `replace` (rows of the units named
    in the object replace those units' rows; others stay, because old intervals need retired units) or
    `replace_all`; `trading_dates` limits the silver rows looked at. The same rows again change nothing.
    """

    WRITES = tables.TABLES

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl) -> None:
        self._spark, self._spec, self._control = spark, spec, control
        self._lake = Lake(spark)
        self._written: list[str] = []

    def run(self) -> dict[str, Any]:
        prepare_tables(self._spark, self._control, tables.TABLES)
        with self._control.timed(tables.REGION_METADATA.name):
            self._replace(tables.REGION_METADATA, "regions_uri", "region_id")
        with self._control.timed(tables.UNIT_METADATA.name):
            units = self._replace(tables.UNIT_METADATA, "units_uri", "unit_id")
        touched: dict[str, Any] = {"intervals": None, "trading_dates": []}
        if units is not None:
            with self._control.timed(tables.SILVER_DISPATCH.name):
                touched = self._relabel(*units)
        return {**touched, "written_tables": self._written}

    def _replace(
        self, definition: TableDefinition, param: str, key: str
    ) -> tuple[DataFrame, list[str]] | None:
        """
        Writes the table when it differs; the new contents and the keys whose rows changed, None without a
        change.
        """
        uri = self._spec.params.get(param)
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

    def _relabel(self, metadata: DataFrame, units: list[str]) -> dict[str, Any]:
        silver = self._lake.table(tables.SILVER_DISPATCH)
        rows = relabelled_rows(
            silver.read(), metadata, units, self._spec.params.get("trading_dates"), self._spec.run_id
        ).localCheckpoint()
        touched = rows.selectExpr(
            "CAST(min(trading_interval) AS STRING) AS low",
            "CAST(max(trading_interval) AS STRING) AS high",
            "sort_array(collect_set(CAST(trading_date AS STRING))) AS dates",
        ).collect()[0]
        if not touched.dates:
            return {"intervals": None, "trading_dates": []}
        merge_rows(self._spark, DISPATCH_CLEAN, silver, rows, touched.dates)
        self._written.append(tables.SILVER_DISPATCH.name)
        return {"intervals": {"min": touched.low, "max": touched.high}, "trading_dates": touched.dates}

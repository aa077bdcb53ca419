"""A NEM lake in a folder, with topics beside it: what a test writes to, refines and looks at."""

import json
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import Row

from currents_spark.engine.refine import Refine
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.load_reference import LoadReference
from currents_spark.runner.control import JobControl
from currents_spark.runner.session import BULK, INTERPRETED, job_session
from currents_spark.runner.spec import CatalogSpec, JobSpec, spec_from_json
from nem_messages import Log

# Plans of a large batch for the few rows of a test: its 16 partitions and compiled expressions made such tests
# twice as long as those of small batches. `test_forms` has the settings as they are.
FEW_ROWS_IN_BULK = {**BULK, **INTERPRETED, "spark.sql.shuffle.partitions": "3"}


class NemLake:
    """
    `refine` takes what `log` holds since the last time. Lives in memory, which is much faster than files; in
    `folder` where another catalog has to see it.
    """

    def __init__(self, spark: SparkSession, folder: Path, mode: str = "memory") -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.catalog = {"mode": mode, "warehouse": str(folder)}
        self.session = job_session(spark, CatalogSpec(**self.catalog))
        self.log = Log()
        self.runs = 0
        self.outputs: list[str] | None = None

    def spec(
        self,
        kind: str = "refine",
        ranges: list[dict[str, Any]] | None = None,
        pipeline: str = "nem",
        **params: Any,
    ) -> JobSpec:
        self.runs += 1
        return spec_from_json(
            {
                "job_id": f"job-{self.runs}",
                "run_id": f"run-{self.runs}",
                "attempt": 1,
                "pipeline": pipeline,
                "kind": kind,
                "catalog": self.catalog,
                "params": params,
                "outputs": self.outputs,
                "kafka": {"bootstrap": "none", "ranges": ranges or []},
            }
        )

    def refine(self, ranges: list[dict[str, Any]] | None = None, **params: Any) -> dict[str, Any]:
        spec = self.spec("refine", self.log.take() if ranges is None else ranges, **params)
        return Refine(self.session, spec, self.control(spec), PIPELINE, self._records).run()

    def refine_landing(self, landing: list[dict[str, Any]], **params: Any) -> dict[str, Any]:
        """A run on staged objects."""
        spec = self.spec("refine", landing=landing, **params)
        return Refine(self.session, spec, self.control(spec), PIPELINE).run()

    def _records(self, session: SparkSession, job: JobSpec) -> DataFrame:
        return self.log.read(session, [item for item in job.ranges if item.records])

    def in_bulk(self, settings: dict[str, str] = FEW_ROWS_IN_BULK) -> "NemLake":
        """Takes the settings of a large batch from now on."""
        for key, value in settings.items():
            self.session.conf.set(key, value)
        return self

    def load_units(self, units: list[dict[str, Any]], **params: Any) -> dict[str, Any]:
        path = self.folder.parent / f"units-{self.runs}.ndjson"
        path.write_text("\n".join(json.dumps(unit) for unit in units))
        spec = self.spec("load_reference", tables={"units": path.as_uri()}, **params)
        return LoadReference(self.session, spec, self.control(spec), PIPELINE).run()

    def rows(self, query: str) -> list[Row]:
        return self.session.sql(query).collect()

    def values(self, query: str) -> list[Any]:
        """Rows of one column as values, of several as tuples."""
        return [row[0] if len(row) == 1 else tuple(row) for row in self.rows(query)]

    def control(self, spec: JobSpec) -> JobControl:
        return JobControl(spec.job_id, self.session.sparkContext)


def count_of(result: dict[str, Any], table: str) -> dict[str, Any]:
    return next(counts for counts in result["counts"] if counts["table_name"] == table)


def unit(unit_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": unit_id,
        "valid_from": "1998-12-01 00:00:00",
        "valid_to": "2999-12-31 00:00:00",
        "station_name": "Ararat",
        "region_id": "VIC1",
        "fuel_type": "wind",
        "fuel_source": "Wind",
        "dispatch_type": "GENERATOR",
        "capacity_mw": 241.6,
        "emissions_factor_t_per_mwh": 0.0,
        "source": "units.csv",
        **changes,
    }

"""
Steps of bulk runs of the engine on typed rows, without a stack: `engineSteps.py --days 7 --chunks 2`. Makes
one Parquet object for each day of SCADA, refines them chunk by chunk into a lake in a folder, and says in
JSON how long each step took. Local master, options of a bulk job.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "spark"))

from pyspark import SparkContext  # noqa: E402 - needs the path above
from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402

from currents_spark.engine.refine import Refine  # noqa: E402
from currents_spark.engine.staged_records import staged_columns  # noqa: E402
from currents_spark.pipelines.nem.definition import PIPELINE  # noqa: E402
from currents_spark.pipelines.nem.feeds import DISPATCH  # noqa: E402
from currents_spark.pipelines.nem.load_reference import LoadReference  # noqa: E402
from currents_spark.runner.control import JobControl  # noqa: E402
from currents_spark.runner.session import application_conf, job_session, start_application  # noqa: E402
from currents_spark.runner.spec import JobSpec, spec_from_json  # noqa: E402

INTERVALS, UNITS = 288, 522
ROWS_A_DAY = INTERVALS * UNITS


def main() -> None:
    arguments = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="currents-engine-"))
    (folder / "lake").mkdir()
    (folder / "bare").mkdir()
    spark = start_application("engine-steps", application_conf(10**6))
    days = [_stage(spark, folder, day) for day in range(arguments.days * arguments.chunks)]
    catalog = {"mode": "hadoop", "warehouse": str(folder / "lake")}
    _load_units(spark, catalog, folder)
    runs = []
    for chunk in range(arguments.chunks):
        landing = days[chunk * arguments.days : (chunk + 1) * arguments.days]
        runs += [
            _refined(spark, catalog, landing, f"chunk-{chunk}-{each}") for each in range(arguments.times)
        ]
    if arguments.bare:
        runs.append(_bare(spark, folder, days))
    print(json.dumps(runs, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--chunks", type=int, default=1)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--bare", action="store_true")
    return parser.parse_args()


def _stage(spark: SparkSession, folder: Path, day: int) -> dict[str, Any]:
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    at = f"TIMESTAMP_NTZ '2026-01-01 00:05:00' + make_dt_interval({day}, 0, 5 * CAST(id div {UNITS} AS INT))"
    file = f"{day * INTERVALS} + id div {UNITS}"
    made = {
        "trading_interval": at,
        "unit_id": f"concat('UNIT', id % {UNITS})",
        "scada_value_mw": "round(rand(1) * 500, 5)",
        "last_changed_at_nem": at,
        "report": "'DISPATCHSCADA'",
        "table": "'DISPATCH.UNIT_SCADA'",
        "table_version": "1",
        "source_file": f"concat('PUBLIC_DISPATCHSCADA_', {file}, '.zip')",
        "source_sha256": f"sha2(CAST({file} AS STRING), 256)",
        "source_line": f"CAST(id % {UNITS} + 3 AS INT)",
        "header_at": at,
        "file_id": f"lpad(CAST({file} AS STRING), 20, '0')",
        "ingested_at": "TIMESTAMP '2026-11-21T03:00:00Z'",
    }
    columns = [
        f"CAST({made.get(name, 'NULL')} AS {kind}) AS `{name}`"
        for name, kind in staged_columns(PIPELINE, DISPATCH)
    ]
    written = folder / f"day-{day}"
    spark.range(0, ROWS_A_DAY, 1, 1).selectExpr(*columns).write.parquet(written.as_uri())
    object_uri = next(written.glob("part-*.parquet")).as_uri()
    return {
        "uri": object_uri,
        "topic": DISPATCH.topic,
        "records": ROWS_A_DAY,
        "object_uri": f"s3://lake/landing/{day}.zip",
        "checksum": f"{day:064d}",
    }


def _load_units(spark: SparkSession, catalog: dict[str, str], folder: Path) -> None:
    units = folder / "units.ndjson"
    unit = {
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
    }
    lines = (json.dumps({"unit_id": f"UNIT{number}", **unit}) for number in range(UNITS))
    units.write_text("\n".join(lines))
    spec = _spec("load_reference", catalog, "units", tables={"units": units.as_uri()})
    session = job_session(spark, spec.catalog)
    LoadReference(session, spec, JobControl(spec.job_id, session.sparkContext), PIPELINE).run()


def _refined(spark: SparkSession, catalog: dict[str, str], landing: list[Any], run_id: str) -> dict[str, Any]:
    spec = _spec("refine", catalog, run_id, landing=landing)
    session = job_session(spark, spec.catalog, spec.records)
    control = JobControl(spec.job_id, session.sparkContext)
    started, used = time.monotonic(), _processor_s()
    result = Refine(session, spec, control, PIPELINE).run()
    return {
        "run": run_id,
        "records": spec.records,
        **_cost(spec.records, started, used),
        "steps_ms": {step["name"]: step["ms"] for step in control.steps if step["ms"] >= 100},
        "counts": {name: value for name, value in result["counts"][0].items() if value},
    }


def _bare(spark: SparkSession, folder: Path, days: list[dict[str, Any]]) -> dict[str, Any]:
    """The same objects read by Spark and written as one Iceberg table, and nothing else."""
    session = job_session(
        spark, _spec("refine", {"mode": "hadoop", "warehouse": str(folder / "bare")}, "b").catalog
    )
    started, used = time.monotonic(), _processor_s()
    rows = session.read.parquet(*[day["uri"] for day in days])
    dated = rows.selectExpr("*", "to_date(trading_interval - INTERVAL '04:00:01' HOUR TO SECOND) AS day")
    writer = dated.writeTo("lake.bare.dispatch").partitionedBy(F.col("day"))
    writer.option("distribution-mode", "none").option("fanout-enabled", "true").create()
    return {"run": "bare", **_cost(len(days) * ROWS_A_DAY, started, used)}


def _cost(records: int, started: float, used_s: float) -> dict[str, float]:
    """Processor time says the same on a machine that others use too."""
    seconds = time.monotonic() - started
    cost = {"seconds": round(seconds, 1), "rows_per_s": round(records / seconds)}
    return {**cost, "processor_us_a_row": round((_processor_s() - used_s) / records * 1e6, 1)}


def _processor_s() -> float:
    """Of Spark's JVM, from its start."""
    pid = SparkContext._gateway.proc.pid
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _spec(kind: str, catalog: dict[str, str], run_id: str, **params: Any) -> JobSpec:
    return spec_from_json(
        {
            "job_id": run_id,
            "run_id": run_id,
            "attempt": 1,
            "pipeline": "nem",
            "kind": kind,
            "catalog": catalog,
            "params": params,
        }
    )


if __name__ == "__main__":
    main()

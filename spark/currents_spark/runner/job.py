"""Runs one job from its spec to its result, the same for every runner."""

import importlib
import time
import traceback
from collections.abc import Collection
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.errors import ClockBehindLakeError, InvalidJobSpecError, JobError
from currents_spark.jobs.evidence import PublishEvidence
from currents_spark.jobs.list_files import ListFiles
from currents_spark.jobs.maintain import Maintain
from currents_spark.jobs.redate import is_behind, redate_tables
from currents_spark.runner.session import BULK_RECORDS_MIN, job_session
from currents_spark.runner.spec import READING_KINDS, JobSpec, spec_from_json
from currents_spark.jobs.warm_up import WarmUp

TAIL_LINES = 15
CORE_JOBS = {
    "publish_evidence": PublishEvidence,
    "warm_up": WarmUp,
    "maintain": Maintain,
    "list_files": ListFiles,
}
# They read and write whole tables, whatever the spec says of records.
BULK_JOBS = ("maintain", "list_files")
# A clock that is behind for a moment is waited for, some minute by the retries' pauses; one that stays behind
# is believed.
CLOCK_BELIEVED_FROM_ATTEMPT = 5
_EMPTY = {
    "counts": [],
    "intervals": None,
    "trading_dates": [],
    "unknown_units": [],
    "unknown_unit_count": 0,
    "written_tables": [],
    "removed": {"bronze_rows": 0, "dead_letters": 0},
    "maintenance": [],
    "files": None,
}


def run_job(spark: SparkSession, document: Any, control: JobControl) -> dict[str, Any]:
    """
    The job's result document; never raises, every failure is `error` with code, message and the trace's tail.
    """
    started = time.monotonic()
    result = {"job_id": control.job_id, "status": "succeeded", "error": None, **_EMPTY}
    try:
        spec = spec_from_json(document)
        job = _job_of(spec)
        session = job_session(
            spark, spec.catalog, BULK_RECORDS_MIN if spec.kind in BULK_JOBS else spec.records
        )
        if spec.attempt >= CLOCK_BELIEVED_FROM_ATTEMPT and spec.kind not in READING_KINDS:
            with control.timed("redate"):
                redate_tables(session, _may_change(spec, job))
        result.update(job(session, spec, control).run())
    except Exception as failure:  # noqa: BLE001 - the result is the error report
        result.update(_failure(failure, control))
    result["steps"] = control.steps
    result["duration_ms"] = round((time.monotonic() - started) * 1000)
    return result


def _job_of(spec: JobSpec) -> Any:
    try:
        definition = importlib.import_module(f"currents_spark.pipelines.{spec.pipeline}.definition")
    except ModuleNotFoundError as absent:
        raise InvalidJobSpecError(
            f"pipeline: expected a package of currents_spark.pipelines, found {spec.pipeline!r}"
        ) from absent
    jobs = {**CORE_JOBS, **definition.JOBS}
    if spec.kind not in jobs:
        raise InvalidJobSpecError(
            f"kind: expected one of {', '.join(jobs)} for {spec.pipeline}, found {spec.kind!r}"
        )
    return jobs[spec.kind]


def _may_change(spec: JobSpec, job: Any) -> Collection[str]:
    """
    Any other table that were redated would have the merge refused. A worker that does not say yet: what the
    job itself writes.
    """
    if spec.outputs is not None:
        return spec.outputs
    return [str(name) for name in spec.params.get("tables") or []] or [
        table.name for table in getattr(job, "WRITES", ())
    ]


def _failure(failure: Exception, control: JobControl) -> dict[str, Any]:
    failure = _named(failure)
    code = failure.code if isinstance(failure, JobError) else JobError.code
    tail = (
        ""
        if isinstance(failure, JobError)
        else "\n".join(traceback.format_exc().strip().splitlines()[-TAIL_LINES:])
    )
    # A cancelled Spark task fails with an error of its own; what was asked for says more.
    status = "cancelled" if control.cancelled else "failed"
    text = _text_of(failure)
    message = text.splitlines()[0] if text else type(failure).__name__
    return {
        "status": status,
        "error": {
            "code": "SPARK_JOB_CANCELLED" if control.cancelled else code,
            "message": message,
            "tail": tail,
        },
    }


def _named(failure: Exception) -> Exception:
    """Iceberg calls it a bug of its own."""
    text = _text_of(failure)
    if not is_behind(text):
        return failure
    return ClockBehindLakeError(
        f"this machine's clock: expected it at or after the last commit of every table, found a table dated ahead ({text.splitlines()[0]})"
    )


def _text_of(failure: Exception) -> str:
    """Py4J's own text names a JVM object's number only; the Java exception says what happened."""
    return str(getattr(failure, "java_exception", "") or failure).strip()

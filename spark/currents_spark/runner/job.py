"""Runs one job from its spec to its result, the same for every runner."""

import time
import traceback
from collections.abc import Collection
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.refine import Refine
from currents_spark.errors import ClockBehindLakeError, InvalidJobSpecError, JobError
from currents_spark.jobs.describe_tables import DescribeTables
from currents_spark.jobs.evidence import PublishEvidence
from currents_spark.jobs.list_files import ListFiles
from currents_spark.jobs.maintain import Maintain
from currents_spark.jobs.redate import is_behind, redate_tables
from currents_spark.jobs.warm_up import WarmUp
from currents_spark.runner.control import JobControl
from currents_spark.runner.registry import load_pipeline
from currents_spark.runner.session import BULK_RECORDS_MIN, job_session
from currents_spark.runner.spec import READING_KINDS, JobSpec, spec_from_json

TAIL_LINES = 15
CORE_JOBS: dict[str, Any] = {
    "refine": Refine,
    "publish_evidence": PublishEvidence,
    "warm_up": WarmUp,
    "maintain": Maintain,
    "list_files": ListFiles,
    "describe_tables": DescribeTables,
}
# They read and write whole tables, whatever the spec says of records.
BULK_JOBS = ("maintain", "list_files")
# A clock that is behind for a moment is waited for, some minute by the retries' pauses; one that stays behind
# is believed.
CLOCK_BELIEVED_FROM_ATTEMPT = 5
_EMPTY = {
    "counts": [],
    "touched": [],
    "intervals": None,
    "trading_dates": [],
    "unknown_units": [],
    "unknown_unit_count": 0,
    "written_tables": [],
    "removed": {"bronze_rows": 0, "dead_letters": 0},
    "maintenance": [],
    "files": None,
    "tables": [],
    "pending_changes": [],
}


def run_job(spark: SparkSession, document: Any, control: JobControl) -> dict[str, Any]:
    """
    The job's result document; never raises, every failure is `error` with code, message and the trace's tail.
    """
    started = time.monotonic()
    result = {"job_id": control.job_id, "status": "succeeded", "error": None, **_EMPTY}
    try:
        spec = spec_from_json(document)
        pipeline = load_pipeline(spec.pipeline)
        job = _job_of(spec, pipeline)
        session = job_session(
            spark, spec.catalog, BULK_RECORDS_MIN if spec.kind in BULK_JOBS else spec.records
        )
        if spec.attempt >= CLOCK_BELIEVED_FROM_ATTEMPT and spec.kind not in READING_KINDS:
            with control.timed("redate"):
                redate_tables(session, _may_change(spec, job, pipeline))
        result.update(job(session, spec, control, pipeline).run())
    except Exception as failure:  # noqa: BLE001 - the result is the error report
        result.update(_failure(failure, control))
    result["steps"] = control.steps
    result["duration_ms"] = round((time.monotonic() - started) * 1000)
    return result


def _job_of(spec: JobSpec, pipeline: Pipeline) -> Any:
    jobs = {**CORE_JOBS, **pipeline.jobs}
    if spec.kind not in jobs:
        raise InvalidJobSpecError(
            f"kind: expected one of {', '.join(jobs)} for {spec.pipeline}, found {spec.kind!r}"
        )
    return jobs[spec.kind]


def _may_change(spec: JobSpec, job: Any, pipeline: Pipeline) -> Collection[str]:
    """
    The merge would be refused for any other table that was redated. Without `outputs` in the spec it is what
    the job itself writes.
    """
    if spec.outputs is not None:
        return spec.outputs
    return job.writes(spec, pipeline) if hasattr(job, "writes") else ()


def _failure(failure: Exception, control: JobControl) -> dict[str, Any]:
    failure = _named(failure)
    code = failure.code if isinstance(failure, JobError) else JobError.code
    tail = (
        ""
        if isinstance(failure, JobError)
        else "\n".join(traceback.format_exc().strip().splitlines()[-TAIL_LINES:])
    )
    # A cancelled Spark task fails with its own error; the cancellation says more.
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
        "this machine's clock: expected it at or after the last commit of every table, "
        f"found a table dated ahead ({text.splitlines()[0]})"
    )


def _text_of(failure: Exception) -> str:
    """Py4J's own text names a JVM object's number only; the Java exception says what happened."""
    return str(getattr(failure, "java_exception", "") or failure).strip()

"""Pays the first runs' cost of class loading and code generation before a run waits for it."""

import json
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.kafka_source import read_kafka
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.refine import Refine
from currents_spark.errors import JobCancelledError
from currents_spark.runner.control import JobControl
from currents_spark.runner.session import CATALOG, job_session
from currents_spark.runner.spec import CatalogSpec, JobSpec, KafkaRange

# Three runs bring the fourth close to its lasting speed.
ROUNDS = 3
_IN_MEMORY = CatalogSpec(mode="memory", warehouse="memory://warm-up")
_RECORD_SCHEMA = (
    "topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, value BINARY, "
    "headers ARRAY<STRUCT<key: STRING, value: BINARY>>"
)


def warm_up(spark: SparkSession, control: JobControl, pipeline: Pipeline, rounds: int = ROUNDS) -> None:
    """Runs refine on made-up rows in a lake that lives in memory; ends early when cancelled."""
    session = job_session(spark, _IN_MEMORY)
    try:
        for number in range(rounds):
            _run(session, control, pipeline, number)
    except JobCancelledError:
        return
    finally:
        _forget(session, pipeline)


class WarmUp:
    """
    The job kind `warm_up`; params: `rounds`. Writes no table of the lake; reads the given Kafka ranges and
    lists the given catalog, so that their clients are loaded too.
    """

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl, pipeline: Pipeline) -> None:
        self._spark, self._spec, self._control, self._pipeline = spark, spec, control, pipeline

    def run(self) -> dict[str, Any]:
        with self._control.timed("list_catalog"):
            self._spark.sql(f"SHOW NAMESPACES IN {CATALOG}").collect()
        if any(item.records for item in self._spec.ranges):
            with self._control.timed("read_kafka"):
                read_kafka(self._spark, self._spec).count()
        rounds = int(self._spec.params.get("rounds") or ROUNDS)
        warm_up(self._spark, self._control, self._pipeline, rounds)
        self._control.check()
        return {}


def _run(session: SparkSession, control: JobControl, pipeline: Pipeline, number: int) -> None:
    """One row of each feed; takes the way of an ordinary small run."""
    ranges = tuple(KafkaRange(feed.topic, 0, number, number + 1) for feed in pipeline.feeds)
    run_id = f"warm-up-{number}"
    spec = JobSpec(control.job_id, run_id, 1, pipeline.name, "refine", _IN_MEMORY, ranges=ranges)
    Refine(session, spec, control, pipeline, lambda spark, _: _records(spark, pipeline, number)).run()


def _records(spark: SparkSession, pipeline: Pipeline, number: int) -> DataFrame:
    now = datetime.now(UTC)
    samples = {feed: feed.message.sample(feed, pipeline.clock.column, number) for feed in pipeline.feeds}
    rows = [
        (feed.topic, 0, number, now, json.dumps(sample.value).encode(), _headers(sample.headers))
        for feed, sample in samples.items()
    ]
    return spark.createDataFrame(rows, _RECORD_SCHEMA)


def _headers(texts: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, text.encode()) for name, text in texts.items()]


def _forget(session: SparkSession, pipeline: Pipeline) -> None:
    """Drops the tables with their files, which would otherwise stay in memory."""
    for table in pipeline.tables:
        session.sql(f"DROP TABLE IF EXISTS {CATALOG}.{table.name} PURGE")

"""A refine run on made-up rows, one for each feed."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.pipelines.nem.feeds import FEEDS, Feed
from currents_spark.engine.refine import Refine
from currents_spark.pipelines.nem.tables import TABLES
from currents_spark.runner.session import CATALOG
from currents_spark.runner.spec import CatalogSpec, JobSpec, KafkaRange

_IN_MEMORY = CatalogSpec(mode="memory", warehouse="memory://warm-up")
_FIRST_INTERVAL = datetime(2000, 1, 1, 4, 5)
_RECORD_SCHEMA = (
    "topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, value BINARY, "
    "headers ARRAY<STRUCT<key: STRING, value: BINARY>>"
)


def run(session: SparkSession, control: JobControl, number: int) -> None:
    """The `number`th interval; each takes the way of an ordinary five-minute run."""
    ranges = tuple(KafkaRange(feed.topic, 0, number, number + 1) for feed in FEEDS)
    spec = JobSpec(control.job_id, f"warm-up-{number}", 1, "nem", "refine", _IN_MEMORY, ranges=ranges)
    Refine(session, spec, control, lambda spark, _: _records(spark, number)).run()


def forget(session: SparkSession) -> None:
    """Drops the tables with their files, which would otherwise stay in memory."""
    for table in TABLES:
        session.sql(f"DROP TABLE IF EXISTS {CATALOG}.{table.name} PURGE")


def _records(spark: SparkSession, number: int) -> DataFrame:
    now = datetime.now(UTC)
    rows = [(feed.topic, 0, number, now, json.dumps(_message(feed, number)).encode(), []) for feed in FEEDS]
    return spark.createDataFrame(rows, _RECORD_SCHEMA)


def _message(feed: Feed, number: int) -> dict[str, Any]:
    stamp = (_FIRST_INTERVAL + number * timedelta(minutes=5)).strftime("%Y/%m/%d %H:%M:%S")
    values = {column.source: "WARM" if column.type == "string" else "0" for column in feed.columns}
    file = f"warm-up-{feed.topic}-{number}"
    return {
        "v": 1,
        "source_file": file,
        "source_sha256": hashlib.sha256(file.encode()).hexdigest(),
        "source_line": 3,
        "header_at": stamp,
        "file_id": "0",
        "ingested_at": "2000-01-01T00:00:00Z",
        "missing_columns": [],
        "values": {**values, feed.interval: stamp},
    }

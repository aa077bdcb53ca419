"""Staged objects of texts in the shape of kafka_source.read_kafka: dead letters, and rows of version 1."""

from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine import landing_reader
from currents_spark.engine.feed import DLQ_SUFFIX
from currents_spark.runner.object_store import client_options
from currents_spark.runner.spec import JobSpec
from currents_spark.stamps import utc_now

TASKS_MAX = 200
_ENVELOPE = "STRUCT<value: STRING, headers: MAP<STRING, STRING>>"
_NO_HEADERS = "CAST(array() AS ARRAY<STRUCT<key: STRING, value: BINARY>>)"
_HEADER = "struct(item.key AS key, CAST(item.value AS BINARY) AS value)"
_HEADERS = f"coalesce(transform(map_entries(envelope.headers), item -> {_HEADER}), {_NO_HEADERS})"


def read_landing(spark: SparkSession, spec: JobSpec) -> DataFrame:
    """
    Records of the staged objects of texts: topic, timestamp (the job's), value (binary) and headers; partition and
    offset are null, since no broker ever saw them. A line of a dead-letter topic that is no envelope is a
    dead letter by itself.
    """
    lines = (
        _chunks(spark, spec)
        .selectExpr("topic", "explode(split(CAST(chunk AS STRING), '\\n')) AS line")
        .where("line <> ''")
    )
    read = lines.selectExpr(
        "topic",
        "line",
        f"CASE WHEN endswith(topic, '{DLQ_SUFFIX}') THEN from_json(line, '{_ENVELOPE}') END AS envelope",
    )
    is_dead_letter = "envelope.value IS NOT NULL OR envelope.headers IS NOT NULL"
    return read.selectExpr(
        "topic",
        "CAST(NULL AS INT) AS partition",
        "CAST(NULL AS BIGINT) AS offset",
        f"TIMESTAMP '{utc_now()}' AS timestamp",
        f"CAST(CASE WHEN {is_dead_letter} THEN envelope.value ELSE line END AS BINARY) AS value",
        f"{_HEADERS} AS headers",
    )


def _chunks(spark: SparkSession, spec: JobSpec) -> DataFrame:
    """
    One task for each object while they are few: an object is mostly one day, and so its rows stay together.
    """
    # By value: executors need no copy of this package.
    cloudpickle.register_pickle_by_value(landing_reader)
    read, store = landing_reader.read_chunks, client_options(spec.catalog)
    staged = [(item.uri, item.topic) for item in spec.landing if item.records and not item.is_typed]
    rdd = spark.sparkContext.parallelize(staged, min(len(staged), TASKS_MAX)).mapPartitions(
        lambda items: read(items, store)
    )
    return spark.createDataFrame(rdd, "topic STRING, chunk BINARY", verifySchema=False)

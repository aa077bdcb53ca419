"""
One bounded batch read of Kafka. Offsets come from the spec; no consumer group and no checkpoint is involved.
"""

import json
from collections import defaultdict

from pyspark.sql import DataFrame, SparkSession

from currents_spark.runner.spec import JobSpec

CONSUMER_POOL = "currents-refine"
FETCH_WAIT_MS = 5


def read_kafka(spark: SparkSession, spec: JobSpec) -> DataFrame:
    """
    Records of all non-empty ranges: topic, partition, offset, timestamp, value (binary), headers.

    `failOnDataLoss` turns a range that retention has eaten into an error instead of a shorter answer.
    """
    starts: dict[str, dict[str, int]] = defaultdict(dict)
    ends: dict[str, dict[str, int]] = defaultdict(dict)
    for item in spec.ranges:
        if item.records:
            starts[item.topic][str(item.partition)] = item.start
            ends[item.topic][str(item.partition)] = item.end
    assigned = {
        topic: sorted(int(partition) for partition in partitions) for topic, partitions in starts.items()
    }
    return (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", spec.bootstrap)
        .option("assign", json.dumps(assigned))
        .option("startingOffsets", json.dumps(starts))
        .option("endingOffsets", json.dumps(ends))
        .option("failOnDataLoss", "true")
        # What another producer's transaction took back is no record. Ends are planned by the same level.
        .option("kafka.isolation.level", "read_committed")
        .option("includeHeaders", "true")
        # No consumer joins this group; a fixed name lets runs share pooled consumers, which cost more to
        # create than to read.
        .option("kafka.group.id", CONSUMER_POOL)
        # Spark asks for a partition's end while a fetch beyond it still waits on the same connection; with
        # the default of 500 ms that pause comes once for every partition read.
        .option("kafka.fetch.max.wait.ms", FETCH_WAIT_MS)
        .load()
        .select("topic", "partition", "offset", "timestamp", "value", "headers")
        .coalesce(spark.sparkContext.defaultParallelism)
    )

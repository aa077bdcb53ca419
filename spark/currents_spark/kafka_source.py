"""One bounded batch read of Kafka. Offsets come from the spec; no consumer group and no checkpoint is involved."""

import json
from collections import defaultdict

from pyspark.sql import DataFrame, SparkSession

from currents_spark.spec import JobSpec

CONSUMER_POOL = "currents-refine"


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
    assigned = {topic: sorted(int(partition) for partition in partitions) for topic, partitions in starts.items()}
    return (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", spec.bootstrap)
        .option("assign", json.dumps(assigned))
        .option("startingOffsets", json.dumps(starts))
        .option("endingOffsets", json.dumps(ends))
        .option("failOnDataLoss", "true")
        .option("includeHeaders", "true")
        # Nothing joins this group; a fixed name lets runs share pooled consumers, whose making costs more than the reading.
        .option("kafka.group.id", CONSUMER_POOL)
        .load()
        .select("topic", "partition", "offset", "timestamp", "value", "headers")
        .coalesce(spark.sparkContext.defaultParallelism)
    )

"""
The batch: every Kafka record of the run, parsed and judged once, for all topics in one pass.

Judging works on the map of texts, with the columns to look at taken from the feed, so that six feeds share one
expression; typed columns come later, per table, from rows that are known to convert.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.feeds import DLQ_SUFFIX, FEEDS, Feed
from currents_spark.pipelines.nem.message import header, parse_message, text_headers
from currents_spark.pipelines.nem.nem_time import parse_stamp, trading_date
from currents_spark.pipelines.nem.verdict import reason_and_rule


def judged_batch(records: DataFrame) -> DataFrame:
    """
    One row per record: coordinates, `message`, `feed` (data topic it belongs to), `is_dead` (from a dead-letter
    topic), `reason` and `rule` when refused, `repeated` when an earlier record of the batch says the same.

    Input: topic, partition, offset, timestamp, value (binary), headers (array of key and bytes).
    """
    parsed = _parsed(records)
    message = F.when(~F.col("is_dead"), parse_message(F.col("payload")))
    judged = (
        parsed.withColumn("message", message)
        .withColumn("trading_interval", parse_stamp(F.col("message.values")[F.col("columns.interval")]))
        .withColumn("trading_date", trading_date(F.col("trading_interval")))
        .withColumn("verdict", F.when(~F.col("is_dead"), reason_and_rule()))
        .withColumn("source_sha256", F.coalesce(F.col("message.source_sha256"), header("currents.source-sha256")))
        .withColumn("source_line", F.coalesce(F.col("message.source_line"), header("currents.source-line").cast("int")))
    )
    return _without_bulk(judged.withColumn("repeated", _repeated()))


def _parsed(records: DataFrame) -> DataFrame:
    return (
        records.withColumn("payload", F.decode(F.col("value"), "UTF-8"))
        .withColumn("headers", text_headers(F.col("headers")))
        .withColumn("is_dead", F.col("topic").endswith(DLQ_SUFFIX))
        .withColumn("feed", F.when(F.col("is_dead"), F.expr(f"left(topic, length(topic) - {len(DLQ_SUFFIX)})")).otherwise(F.col("topic")))
        .withColumn("columns", F.element_at(_columns_by_topic(), F.col("feed")))
    )


def _columns_by_topic() -> Column:
    pairs = [item for feed in FEEDS for item in (F.lit(feed.topic), _columns_of(feed))]
    return F.create_map(*pairs)


def _columns_of(feed: Feed) -> Column:
    def texts(names: list[str]) -> Column:
        return F.array(*[F.lit(name) for name in names]).cast("array<string>")

    return F.struct(
        F.lit(feed.interval).alias("interval"),
        texts([column.source for column in feed.keys]).alias("keys"),
        texts(feed.sources("double", "int")).alias("numbers"),
        texts(list(feed.required)).alias("required"),
    )


def _repeated() -> Column:
    """The same line of the same file again (for dead letters: refused for the same reason); the first copy counts."""
    coordinates = F.concat_ws("/", "partition", "offset")
    known = F.col("source_sha256").isNotNull() & (F.col("is_dead") | F.col("source_line").isNotNull())
    identity = F.concat_ws("/", "source_sha256", "source_line", header("currents.reason"))
    window = Window.partitionBy("topic", F.when(known, identity).otherwise(coordinates)).orderBy("partition", "offset")
    return F.row_number().over(window) > 1


def _without_bulk(judged: DataFrame) -> DataFrame:
    used = F.col("is_dead") | F.col("verdict.reason").isNotNull()
    return judged.select(
        "topic", "partition", "offset", "timestamp", "headers", "feed", "is_dead", "message", "trading_interval", "trading_date",
        "source_sha256", "source_line", "repeated", F.col("verdict.reason").alias("reason"), F.col("verdict.rule").alias("rule"),
        F.when(used, F.col("payload")).alias("payload"),
    )

"""Rows of ops.dead_letters from the judged batch: what Spark refused, and what ingest had refused before."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from currents_spark.ops_tables import DEAD_LETTERS
from currents_spark.pipelines.nem.message import header

_CONNECT = "__connect.errors."


def dead_letter_rows(batch: DataFrame, pipeline: str, run_id: str) -> DataFrame:
    """The table's columns and `feed`; records that repeat an earlier one of the batch are left out."""
    refused = batch.where((F.col("is_dead") | F.col("reason").isNotNull()) & ~F.col("repeated"))
    return refused.select(
        "feed", F.lit(pipeline).alias("pipeline"),
        _either(F.coalesce(header("currents.stage"), F.lit("land")), F.lit("bronze")).alias("stage"),
        _either(F.coalesce(header("currents.reason"), header(_CONNECT + "exception.class.name"), F.lit("unknown")), F.col("reason")).alias("reason"),
        _either(header("currents.rule"), F.col("rule")).alias("rule"),
        F.coalesce(header("currents.source-file"), F.col("message.source_file")).alias("source_file"),
        "topic", "partition", "offset", "payload", _first_seen().alias("first_seen_at"), F.lit(run_id).alias("run_id"),
        "source_sha256", "source_line",
        _either(header(_CONNECT + "topic"), F.col("topic")).alias("original_topic"),
        _either(header(_CONNECT + "partition").cast("int"), F.col("partition")).alias("original_partition"),
        _either(header(_CONNECT + "offset").cast("bigint"), F.col("offset")).alias("original_offset"),
        _either(header(_CONNECT + "exception.message"), F.concat_ws(": expected ", "reason", "rule")).alias("error_message"),
        "headers", F.lit("new").alias("status"),
    ).select("feed", *DEAD_LETTERS.column_names)


def _either(from_ingest: Column, from_spark: Column) -> Column:
    return F.when(F.col("is_dead"), from_ingest).otherwise(from_spark)


def _first_seen() -> Column:
    stated = F.coalesce(header("currents.first-seen-at"), F.col("message.ingested_at"))
    return F.coalesce(stated.cast("timestamp"), F.col("timestamp"))

"""Bronze: one typed row per message, exactly once by (source checksum, table, source line)."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from currents_spark.lake_table import LakeTable
from currents_spark.pipelines.nem.batch_summary import FeedSummary
from currents_spark.pipelines.nem.feeds import LAST_CHANGED, Feed
from currents_spark.pipelines.nem.nem_time import parse_stamp

_ORIGIN = ["source_sha256", "source_line"]


def bronze_rows(batch: DataFrame, feed: Feed, run_id: str) -> DataFrame:
    """The feed's usable, first-seen records of the judged batch, in the shape of its bronze table."""
    usable = (F.col("topic") == feed.topic) & F.col("reason").isNull() & ~F.col("repeated")
    message = F.col("message")
    typed = [_typed(column.source, column.type).alias(column.name) for column in feed.columns]
    return batch.where(usable).select(
        "trading_date", "trading_interval", *typed,
        parse_stamp(message["values"][LAST_CHANGED]).alias("last_changed_at_nem"),
        parse_stamp(message["header_at"]).alias("header_at_nem"),
        *[message[name].alias(name) for name in ("file_id", "source_file", "source_sha256", "source_line", "table_version")],
        F.coalesce(message["missing_columns"], F.array().cast("array<string>")).alias("missing_columns"),
        _outside_contract(feed).alias("extra"),
        "topic", "partition", "offset",
        message["ingested_at"].cast("timestamp").alias("ingested_at"),
        F.lit(run_id).alias("run_id"),
    )


def _typed(source: str, kind: str) -> Column:
    received = F.col("message.values")[source]
    text = F.when(received != "", received)
    if kind == "double":
        return text.cast("double")
    # Whole numbers may be written with a fraction ("0.0").
    return text.cast("double").cast("int") if kind == "int" else text


def _outside_contract(feed: Feed) -> Column:
    known = F.array(*[F.lit(name) for name in feed.contract_columns])
    return F.map_filter(F.col("message.values"), lambda name, _: ~F.array_contains(known, name))


def may_be_redelivered(bronze: LakeTable, summary: FeedSummary) -> bool:
    """False when file statistics prove that no line of the batch's files is in bronze yet."""
    return bronze.may_hold(trading_date=summary.trading_dates, source_sha256=summary.checksums)


def without_redelivered(rows: DataFrame, bronze: LakeTable, summary: FeedSummary) -> DataFrame:
    """Rows whose line is not in bronze; the same line always has the same trading date, so one partition is searched."""
    present = bronze.read().where(F.col("trading_date").isin(summary.trading_dates) & F.col("source_sha256").isin(summary.checksums))
    return rows.join(present.select(*_ORIGIN), _ORIGIN, "left_anti").select(*bronze.definition.column_names)

"""Bronze: one typed row per message, exactly once by (source checksum, table, source line)."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.tables.lake_table import IN_LIST_LIMIT, LakeTable
from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.pipelines.nem.feeds import LAST_CHANGED, Feed, FeedColumn
from currents_spark.engine.message import value_of
from currents_spark.pipelines.nem.nem_time import parse_stamp

_ORIGIN = ["source_sha256", "source_line"]


def bronze_rows(batch: DataFrame, feed: Feed, run_id: str) -> DataFrame:
    """The feed's usable, first-seen records of the judged batch, in the shape of its bronze table."""
    last_changed = parse_stamp(value_of(f"'{LAST_CHANGED}'"))
    return batch.where(f"topic = '{feed.topic}' AND reason IS NULL AND NOT repeated").selectExpr(
        "trading_date",
        "trading_interval",
        *[f"{_typed(column)} AS {column.name}" for column in feed.columns],
        f"{last_changed} AS last_changed_at_nem",
        f"{parse_stamp('message.header_at')} AS header_at_nem",
        "message.file_id",
        "message.source_file",
        "source_sha256",
        "source_line",
        "message.table_version",
        "coalesce(message.missing_columns, CAST(array() AS ARRAY<STRING>)) AS missing_columns",
        f"{_outside_contract(feed)} AS extra",
        "topic",
        "partition",
        "offset",
        "CAST(message.ingested_at AS TIMESTAMP) AS ingested_at",
        f"'{run_id}' AS run_id",
    )


def _typed(column: FeedColumn) -> str:
    text = value_of(f"'{column.source}'")
    if column.type == "string":
        return f"CASE WHEN {text} <> '' THEN {text} END"
    # Whole numbers may be written with a fraction ("0.0").
    number = f"CAST({text} AS DOUBLE)"
    return number if column.type == "double" else f"CAST({number} AS INT)"


def _outside_contract(feed: Feed) -> str:
    known = ", ".join(f"'{name}'" for name in feed.contract_columns)
    return f"map_filter(message.`values`, (name, text) -> name NOT IN ({known}))"


def may_be_redelivered(bronze: LakeTable, summary: FeedSummary) -> bool:
    """
    False when file statistics prove that no line of the batch's files is in bronze yet. The same line is
    always of the same interval; checksums alone prove nothing about a file that upkeep has made of many.
    """
    return bronze.may_hold(**summary.touched, source_sha256=summary.checksums)


def without_redelivered(rows: DataFrame, bronze: LakeTable, summary: FeedSummary) -> DataFrame:
    """
    Rows whose line is not in bronze; the same line always has the same trading date, so one partition is
    searched.
    """
    return rows.join(_present(bronze, summary), _ORIGIN, "left_anti").select(*bronze.definition.column_names)


def without_redelivered_in_bulk(rows: DataFrame, bronze: LakeTable, summary: FeedSummary) -> DataFrame:
    """The same; moves checksums and lines only, and rows of the files that bronze has in part."""
    known = _present(bronze, summary).groupBy("source_sha256").agg(F.count("*").alias("present"))
    of_batch = rows.groupBy("source_sha256").agg(F.count("*").alias("found"))
    files = of_batch.join(F.broadcast(known), "source_sha256").collect()
    if not files:
        return rows
    seen = rows.sparkSession.createDataFrame(
        [(row.source_sha256,) for row in files], "source_sha256 STRING"
    ).hint("broadcast")
    unseen = rows.join(seen, "source_sha256", "left_anti")
    rest = (
        rows.select(*_ORIGIN)
        .join(seen, "source_sha256", "left_semi")
        .join(_present(bronze, summary), _ORIGIN, "left_anti")
    )
    if rest.isEmpty():
        return unseen
    partly = rows.join(seen, "source_sha256", "left_semi").join(
        _present(bronze, summary), _ORIGIN, "left_anti"
    )
    return unseen.unionByName(partly.select(*unseen.columns))


def _present(bronze: LakeTable, summary: FeedSummary) -> DataFrame:
    of_dates = bronze.read().where(F.col("trading_date").isin(summary.trading_dates))
    # Thousands of checksums are no filter any more: they cost more to compare than the rows that they leave
    # out.
    few = len(summary.checksums) <= IN_LIST_LIMIT
    return (of_dates.where(F.col("source_sha256").isin(summary.checksums)) if few else of_dates).select(
        *_ORIGIN
    )

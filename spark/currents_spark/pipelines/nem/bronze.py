"""Bronze: one typed row per message, exactly once by (source checksum, table, source line)."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.lake_table import LakeTable
from currents_spark.pipelines.nem.batch_summary import FeedSummary
from currents_spark.pipelines.nem.feeds import LAST_CHANGED, Feed, FeedColumn
from currents_spark.pipelines.nem.message import value_of
from currents_spark.pipelines.nem.nem_time import parse_stamp

_ORIGIN = ["source_sha256", "source_line"]


def bronze_rows(batch: DataFrame, feed: Feed, run_id: str) -> DataFrame:
    """The feed's usable, first-seen records of the judged batch, in the shape of its bronze table."""
    last_changed = parse_stamp(value_of(f"'{LAST_CHANGED}'"))
    return batch.where(f"topic = '{feed.topic}' AND reason IS NULL AND NOT repeated").selectExpr(
        "trading_date", "trading_interval", *[f"{_typed(column)} AS {column.name}" for column in feed.columns],
        f"{last_changed} AS last_changed_at_nem", f"{parse_stamp('message.header_at')} AS header_at_nem",
        "message.file_id", "message.source_file", "source_sha256", "source_line", "message.table_version",
        "coalesce(message.missing_columns, CAST(array() AS ARRAY<STRING>)) AS missing_columns",
        f"{_outside_contract(feed)} AS extra", "topic", "partition", "offset",
        "CAST(message.ingested_at AS TIMESTAMP) AS ingested_at", f"'{run_id}' AS run_id",
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
    """False when file statistics prove that no line of the batch's files is in bronze yet."""
    return bronze.may_hold(trading_date=summary.trading_dates, source_sha256=summary.checksums)


def without_redelivered(rows: DataFrame, bronze: LakeTable, summary: FeedSummary) -> DataFrame:
    """Rows whose line is not in bronze; the same line always has the same trading date, so one partition is searched."""
    present = bronze.read().where(F.col("trading_date").isin(summary.trading_dates) & F.col("source_sha256").isin(summary.checksums))
    return rows.join(present.select(*_ORIGIN), _ORIGIN, "left_anti").select(*bronze.definition.column_names)

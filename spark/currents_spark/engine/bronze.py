"""Bronze: one typed row per record, exactly once by the feed's identity."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import FILE_LINE, OFFSET, Feed, FeedColumn
from currents_spark.engine.message import value_of
from currents_spark.sql_text import literals
from currents_spark.tables.lake_table import IN_LIST_LIMIT, LakeTable


def bronze_rows(batch: DataFrame, clock: Clock, feed: Feed, run_id: str) -> DataFrame:
    """The feed's usable, first-seen records of the judged batch, in the shape of its bronze table."""
    return batch.where(f"topic = '{feed.topic}' AND reason IS NULL AND NOT repeated").selectExpr(
        f"partition_date AS {clock.partition}",
        f"event_time AS {clock.column}",
        *[f"{typed(column)} AS {column.name}" for column in feed.columns],
        *[f"{column.sql} AS {column.name}" for column in feed.message.origin],
        f"{_outside_contract(feed)} AS extra",
        "topic",
        "partition",
        "offset",
        f"{feed.message.ingested_at} AS ingested_at",
        f"'{run_id}' AS run_id",
    )


def typed(column: FeedColumn) -> str:
    """SQL text: the column's value; null where the message has none."""
    text = value_of(f"'{column.source}'")
    number = f"CAST({text} AS DOUBLE)"
    if column.type == "string":
        return f"CASE WHEN {text} <> '' THEN {text} END"
    if column.type == "boolean":
        return f"CAST({text} AS BOOLEAN)"
    # Whole numbers may be written with a fraction ("0.0"); a double holds no more than 53 bits of one.
    if column.type == "bigint":
        return f"coalesce(try_cast({text} AS BIGINT), CAST({number} AS BIGINT))"
    return number if column.type == "double" else f"CAST({number} AS INT)"


def _outside_contract(feed: Feed) -> str:
    known = ", ".join(f"'{name}'" for name in feed.contract_fields)
    return f"map_filter(message.`values`, (name, text) -> name NOT IN ({known}))"


class Redelivery:
    """
    Which of the batch's rows bronze has already, by the feed's identity. The same record always has the same
    event time, so only the touched partitions are searched.
    """

    def __init__(self, bronze: LakeTable, clock: Clock, feed: Feed, summary: FeedSummary) -> None:
        self._bronze, self._clock, self._feed, self._summary = bronze, clock, feed, summary
        self._touched = summary.touched(feed)

    def is_possible(self) -> bool:
        """
        False when file statistics prove that none is in bronze yet. Checksums alone prove nothing about a
        file that upkeep has made of many.
        """
        return self._bronze.may_hold(**self._touched.proof(self._clock), **self._identity_proof())

    def left_out(self, rows: DataFrame) -> DataFrame:
        """Rows whose record is not in bronze."""
        unseen = rows.join(self._present(), self._feed.identity_columns, "left_anti")
        return unseen.select(*self._bronze.definition.column_names)

    def left_out_in_bulk(self, rows: DataFrame) -> DataFrame:
        """The same; of files it moves checksums and lines only, and rows of those that bronze has in part."""
        if self._feed.identity != FILE_LINE:
            return self.left_out(rows)
        known = self._present().groupBy("source_sha256").agg(F.count("*").alias("present"))
        of_batch = rows.groupBy("source_sha256").agg(F.count("*").alias("found"))
        files = of_batch.join(F.broadcast(known), "source_sha256").collect()
        if not files:
            return rows
        seen = rows.sparkSession.createDataFrame(
            [(row.source_sha256,) for row in files], "source_sha256 STRING"
        ).hint("broadcast")
        unseen = rows.join(seen, "source_sha256", "left_anti")
        partly = rows.join(seen, "source_sha256", "left_semi")
        origin = self._feed.identity_columns
        if partly.select(*origin).join(self._present(), origin, "left_anti").isEmpty():
            return unseen
        rest = partly.join(self._present(), origin, "left_anti")
        return unseen.unionByName(rest.select(*unseen.columns))

    def _identity_proof(self) -> dict[str, object]:
        if self._feed.identity == FILE_LINE:
            return {"source_sha256": self._summary.checksums}
        if self._feed.identity == OFFSET:
            return {"offset": (self._summary.low_offset, self._summary.high_offset)}
        return {}

    def _present(self) -> DataFrame:
        rows = self._bronze.read().where(self._clock.on_dates(self._touched.dates))
        return rows.where(self._narrowed()).select(*self._feed.identity_columns)

    def _narrowed(self) -> str:
        summary = self._summary
        if self._feed.identity == OFFSET:
            return f"offset BETWEEN {summary.low_offset} AND {summary.high_offset}"
        # Comparing thousands of checksums costs more than reading the rows that they would exclude.
        if self._feed.identity == FILE_LINE and len(summary.checksums) <= IN_LIST_LIMIT:
            return f"source_sha256 IN ({literals(summary.checksums)})"
        return (
            self._touched.where(self._clock) if self._clock.column in self._feed.identity_columns else "true"
        )

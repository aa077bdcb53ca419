"""Bronze: one typed row per record, exactly once by the feed's identity."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import FILE_LINE, OFFSET, Feed
from currents_spark.sql_text import literals
from currents_spark.tables.lake_table import IN_LIST_LIMIT, LakeTable


def bronze_rows(batch: DataFrame, clock: Clock, feed: Feed, run_id: str) -> DataFrame:
    """The feed's usable, first-seen records of the judged batch, in the shape of its bronze table."""
    return batch.where(f"topic = '{feed.topic}' AND reason IS NULL AND NOT repeated").selectExpr(
        f"partition_date AS {clock.partition}",
        f"event_time AS {clock.column}",
        *[f"fields.{column.name}" for column in feed.columns],
        *[f"{column.sql} AS {column.name}" for column in feed.message.origin],
        "extra",
        "topic",
        "partition",
        "offset",
        "ingested_at",
        f"'{run_id}' AS run_id",
    )


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

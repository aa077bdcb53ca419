"""Takes out what the lake has of the batch's files, before the batch is written in its place."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.tables.lake import Lake
from currents_spark.tables.lake_table import IN_LIST_LIMIT, LakeTable
from currents_spark.tables.ops_tables import DEAD_LETTERS
from currents_spark.pipelines.nem import tables
from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.pipelines.nem.feeds import DLQ_SUFFIX

_FILES = "replaced_files"


@dataclass
class Removed:
    """What was taken out: bronze rows and dead letters, and by data topic the keys that the rows had."""

    rows: int = 0
    letters: int = 0
    keys: dict[str, FeedSummary] = field(default_factory=dict)

    def of(self, topics: list[str]) -> list[FeedSummary]:
        return [self.keys[topic] for topic in topics if topic in self.keys]


class Removal:
    """
    Removes rows of the files named in the batch, by source_sha256, from bronze of the batch's topics, and the
    dead letters of the same files and topics. Tables of topics that the batch does not hold stay as they are.

    A file is looked for on all dates: a parser that was mended may have dated its rows otherwise.
    """

    def __init__(self, spark: SparkSession, lake: Lake, pipeline: str) -> None:
        self._spark, self._lake, self._pipeline = spark, lake, pipeline

    def run(self, batch: DataFrame, topics: list[str]) -> Removed:
        files = batch.where("source_sha256 IS NOT NULL").select("source_sha256").distinct()
        checksums = sorted(row[0] for row in files.collect())
        removed = Removed()
        if checksums:
            self._spark.createDataFrame(
                [(item,) for item in checksums], "source_sha256 STRING"
            ).createOrReplaceTempView(_FILES)
            for topic in topics:
                self._take_rows(topic, checksums, removed)
            removed.letters = self._take_letters(topics, checksums)
            self._spark.catalog.dropTempView(_FILES)
        return removed

    def _take_rows(self, topic: str, checksums: list[str], removed: Removed) -> None:
        table = self._lake.table(tables.BRONZE[topic])
        if not _may_hold(table, checksums):
            return
        of_files = table.read().where(f"source_sha256 IN (SELECT source_sha256 FROM {_FILES})")
        keys = (
            of_files.groupBy("trading_date", "trading_interval").count().orderBy("trading_interval").collect()
        )
        if not keys:
            return
        dates = sorted({str(row.trading_date) for row in keys})
        literals = ", ".join(f"DATE '{date}'" for date in dates)
        self._spark.sql(
            f"DELETE FROM {table.full_name} WHERE trading_date IN ({literals}) AND source_sha256 IN (SELECT source_sha256 FROM {_FILES})"
        )
        self._lake.pin_again(table.definition)
        removed.rows += sum(row["count"] for row in keys)
        removed.keys[topic] = FeedSummary(
            intervals=[str(row.trading_interval) for row in keys], trading_dates=dates
        )

    def _take_letters(self, topics: list[str], checksums: list[str]) -> int:
        table = self._lake.table(DEAD_LETTERS)
        names = ", ".join(f"'{topic}', '{topic}{DLQ_SUFFIX}'" for topic in topics)
        ours = f"pipeline = '{self._pipeline}' AND topic IN ({names}) AND source_sha256 IN (SELECT source_sha256 FROM {_FILES})"
        count = table.read().where(F.expr(ours)).count() if _may_hold(table, checksums) else 0
        if count:
            self._spark.sql(f"DELETE FROM {table.full_name} WHERE {ours}")
            self._lake.pin_again(table.definition)
        return count


def _may_hold(table: LakeTable, checksums: list[str]) -> bool:
    return table.may_hold(
        source_sha256=checksums if len(checksums) <= IN_LIST_LIMIT else (checksums[0], checksums[-1])
    )

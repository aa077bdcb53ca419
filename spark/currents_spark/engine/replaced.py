"""Removes the lake's rows of the batch's files, before the batch replaces them."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.engine.feed import DLQ_SUFFIX, FILE_LINE
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.touched import Touched
from currents_spark.tables.lake import Lake
from currents_spark.tables.lake_table import IN_LIST_LIMIT, LakeTable

_FILES = "replaced_files"
_OF_FILES = f"source_sha256 IN (SELECT source_sha256 FROM {_FILES})"


@dataclass
class Removed:
    """The removed bronze rows and dead letters, and by data topic the periods of the rows."""

    rows: int = 0
    dead_letters: int = 0
    touched: dict[str, Touched] = field(default_factory=dict)

    def of(self, topics: list[str]) -> list[Touched]:
        return [self.touched[topic] for topic in topics if topic in self.touched]


class Removal:
    """
    Removes rows of the files named in the batch, by source_sha256, from bronze of the batch's topics, and the
    dead letters of the same files and topics. Tables of topics that the batch does not hold stay as they are,
    and so do rows that no file identifies.

    A file is looked for on all dates: a parser that was fixed may have dated its rows differently before.
    """

    def __init__(self, spark: SparkSession, lake: Lake, pipeline: Pipeline) -> None:
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
                if self._pipeline.feed_of_topic[topic].identity == FILE_LINE:
                    self._take_rows(topic, checksums, removed)
            removed.dead_letters = self._take_dead_letters(topics, checksums)
            self._spark.catalog.dropTempView(_FILES)
        return removed

    def _take_rows(self, topic: str, checksums: list[str], removed: Removed) -> None:
        table = self._lake.table(self._pipeline.bronze[topic])
        if not _may_hold(table, checksums):
            return
        clock, period_s = self._pipeline.clock, self._pipeline.feed_of_topic[topic].period_s
        of_files = table.read().where(_OF_FILES)
        keys = of_files.selectExpr(
            clock.partition, f"{clock.period_start(clock.column, str(period_s))} AS start"
        )
        rows = keys.groupBy(clock.partition, "start").count().collect()
        if not rows:
            return
        touched = Touched.of(
            (row.start for row in rows), period_s, (str(row[clock.partition]) for row in rows)
        )
        self._spark.sql(
            f"DELETE FROM {table.full_name} WHERE {clock.on_dates(touched.dates)} AND {_OF_FILES}"
        )
        self._lake.pin_again(table.definition)
        removed.rows += sum(row["count"] for row in rows)
        removed.touched[topic] = touched

    def _take_dead_letters(self, topics: list[str], checksums: list[str]) -> int:
        table = self._lake.table(self._pipeline.ops.dead_letters)
        names = ", ".join(f"'{topic}', '{topic}{DLQ_SUFFIX}'" for topic in topics)
        ours = f"pipeline = '{self._pipeline.name}' AND topic IN ({names}) AND {_OF_FILES}"
        count = table.read().where(F.expr(ours)).count() if _may_hold(table, checksums) else 0
        if count:
            self._spark.sql(f"DELETE FROM {table.full_name} WHERE {ours}")
            self._lake.pin_again(table.definition)
        return count


def _may_hold(table: LakeTable, checksums: list[str]) -> bool:
    return table.may_hold(
        source_sha256=checksums if len(checksums) <= IN_LIST_LIMIT else (checksums[0], checksums[-1])
    )

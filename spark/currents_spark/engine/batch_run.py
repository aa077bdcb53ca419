"""State shared by the steps of one refine run."""

from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.account import Account
from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.feed import DLQ_SUFFIX
from currents_spark.engine.held import Held
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.replaced import Removed
from currents_spark.engine.schema_registry import KnownSchemas
from currents_spark.engine.touched import Touched, together
from currents_spark.runner.batch_params import Quarantine
from currents_spark.runner.control import JobControl
from currents_spark.runner.spec import JobSpec
from currents_spark.tables.lake import Lake


@dataclass
class BatchRun:
    """
    By data topic: `summaries` of the batch, `accounts` of what became of its records, and `new_rows` in the
    shape of bronze. `schemas`: those that the batch's messages may name.
    """

    spark: SparkSession
    spec: JobSpec
    control: JobControl
    pipeline: Pipeline
    lake: Lake
    held: Held
    is_bulk: bool
    quarantines: tuple[Quarantine, ...]
    batch: DataFrame = field(init=False)
    schemas: KnownSchemas = field(default_factory=KnownSchemas)
    summaries: dict[str, FeedSummary] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    new_rows: dict[str, DataFrame] = field(default_factory=dict)
    removed: Removed = field(default_factory=Removed)
    unknown_ids: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    @property
    def topics(self) -> list[str]:
        """Data topics of the batch."""
        return sorted({topic.removesuffix(DLQ_SUFFIX) for topic in self.spec.topics})

    def touched_in(self, topic: str) -> Touched:
        """By rows that the batch adds, and by rows that it replaces."""
        feed = self.pipeline.feed_of_topic[topic]
        return together([self.summaries[topic].touched(feed), *self.removed.of([topic])])

    def touched(self) -> Touched:
        feeds = self.pipeline.feed_of_topic
        return together(self.touched_in(topic) for topic in self.summaries if feeds[topic].is_touching)

"""The first step of a run: the batch read, judged and counted."""

from collections.abc import Callable

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.batch import judged_batch
from currents_spark.engine.batch_summary import FeedSummary, summarize
from currents_spark.engine.feed import OFFSET
from currents_spark.engine.held import Held
from currents_spark.engine.kafka_source import read_kafka
from currents_spark.engine.landing_source import read_landing
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.repeats import with_repeated, with_repeated_in_bulk
from currents_spark.errors import InvalidJobSpecError, KafkaRecordsMissingError
from currents_spark.runner.batch_params import Quarantine
from currents_spark.runner.spec import JobSpec

Source = Callable[[SparkSession, JobSpec], DataFrame]


def read_records(spark: SparkSession, spec: JobSpec) -> DataFrame:
    """Records of the batch, from Kafka or from staged objects, in one shape (see kafka_source.read_kafka)."""
    return read_landing(spark, spec) if spec.landing else read_kafka(spark, spec)


def read_batch(
    records: DataFrame, pipeline: Pipeline, quarantines: tuple[Quarantine, ...], held: Held, is_bulk: bool
) -> tuple[DataFrame, dict[str, FeedSummary]]:
    """The judged batch, held for the steps that follow, and its summary by data topic."""
    judged = judged_batch(records, pipeline, quarantines)
    batch = (
        with_repeated_in_bulk(held.hold(judged), pipeline)
        if is_bulk
        else held.hold(with_repeated(judged, pipeline))
    )
    return batch, summarize(batch, pipeline)


def check_topics(spec: JobSpec, pipeline: Pipeline) -> None:
    """Raises InvalidJobSpecError for staged records of feeds that Kafka's coordinates identify."""
    streams = {feed.topic for feed in pipeline.feeds if feed.identity == OFFSET}
    staged = sorted(streams.intersection(item.topic for item in spec.landing))
    if staged:
        raise InvalidJobSpecError(
            f"params.landing: expected topics whose records a file or keys identify, found {', '.join(staged)}; "
            "refine these from Kafka (currents run), or name file and line or key columns as the feed's identity"
        )


def check_records(spec: JobSpec, pipeline: Pipeline, summaries: dict[str, FeedSummary]) -> None:
    """
    Raises KafkaRecordsMissingError unless each record that the spec names was read, InvalidJobSpecError for a
    foreign topic.
    """
    found = sum(summary.records for summary in summaries.values())
    if found != spec.records:
        what = f"{len(spec.landing)} staged objects" if spec.landing else "kafka ranges"
        raise KafkaRecordsMissingError(f"{what}: expected {spec.records} records, found {found}")
    foreign = sorted(set(summaries) - set(pipeline.feed_of_topic))
    if foreign:
        raise InvalidJobSpecError(
            f"topics of the batch: expected those of {spec.pipeline}, found {', '.join(foreign)}"
        )

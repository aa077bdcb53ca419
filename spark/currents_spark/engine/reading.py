"""The first step of a run: the batch read, judged and counted."""

from collections import defaultdict
from collections.abc import Callable
from functools import reduce

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.batch_run import BatchRun
from currents_spark.engine.batch_summary import FeedSummary, summarize
from currents_spark.engine.bulk_summary import summarize_files
from currents_spark.engine.feed import DLQ_SUFFIX, OFFSET
from currents_spark.engine.kafka_source import read_kafka
from currents_spark.engine.landing_source import read_landing
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.repeats import keyed_feeds, with_repeated, with_repeated_of
from currents_spark.engine.row_records import row_records
from currents_spark.engine.schema_ids import unknown_schema_rules, with_id_headers
from currents_spark.engine.shape import DECODED, decoded
from currents_spark.engine.staged_records import staged_columns, staged_records
from currents_spark.engine.staged_tables import StagedTables
from currents_spark.engine.text_records import text_records
from currents_spark.errors import InvalidJobSpecError, KafkaRecordsMissingError
from currents_spark.runner.batch_params import StagedObject
from currents_spark.runner.spec import JobSpec

Source = Callable[[SparkSession, JobSpec], DataFrame]


def read_records(spark: SparkSession, spec: JobSpec) -> DataFrame:
    """
    Records of the batch from Kafka or from staged objects of texts, in one shape (see
    kafka_source.read_kafka).
    """
    return read_landing(spark, spec) if spec.landing else read_kafka(spark, spec)


def read_batch(run: BatchRun, source: Source) -> None:
    """
    Fills the run's batch and its summaries by data topic. Records that have to be judged by their texts are
    found by the first count; the others are not judged again.
    """
    run.batch, run.summaries = _counted(run, _judged(run, source))
    if any(summary.texts for summary in run.summaries.values()):
        typed = run.batch.where("NOT is_text").drop("repeated")
        texts = run.batch.where("is_text").select(*DECODED)
        of_texts = _texts_judged(run, texts)
        run.batch, run.summaries = _counted(run, run.held.hold(typed.unionByName(of_texts)))


def _judged(run: BatchRun, source: Source) -> DataFrame:
    if run.spec.landing:
        return _staged(run, source)
    has_typed = any(feed.message.is_typed for feed in run.pipeline.feeds)
    records = _decoded(run, source)
    judged = row_records(records, run.pipeline, run.quarantines) if has_typed else _texts_judged(run, records)
    return run.held.hold(judged) if run.is_bulk else judged


def _decoded(run: BatchRun, source: Source) -> DataFrame:
    records = source(run.spark, run.spec)
    if any(feed.message.names_schemas for feed in run.pipeline.feeds):
        records = with_id_headers(records)
    return decoded(records)


def _texts_judged(run: BatchRun, records: DataFrame) -> DataFrame:
    return text_records(records, run.pipeline, run.quarantines, unknown_schema_rules(run.schemas.ids))


def _staged(run: BatchRun, source: Source) -> DataFrame:
    """Objects of texts are fetched and parsed once; columns are read where they lie, as often as wanted."""
    frames: list[DataFrame] = []
    if any(item.records and not item.is_typed for item in run.spec.landing):
        judged = _texts_judged(run, _decoded(run, source))
        frames.append(run.held.hold(judged) if run.is_bulk else judged)
    by_topic: dict[str, list[StagedObject]] = {}
    for item in run.spec.landing:
        if item.records and item.is_typed:
            by_topic.setdefault(item.topic, []).append(item)
    if by_topic:
        tables = run.held.keep(StagedTables(run.spark, run.spec.catalog))
        for topic, objects in by_topic.items():
            feed = run.pipeline.feed_of_topic[topic]
            rows = tables.rows(topic, objects, staged_columns(run.pipeline, feed))
            frames.append(staged_records(rows, run.pipeline, feed, run.quarantines))
    return reduce(DataFrame.unionByName, frames)


def _counted(run: BatchRun, judged: DataFrame) -> tuple[DataFrame, dict[str, FeedSummary]]:
    """The batch with `repeated`, and its summaries. A large one is gone through once for both."""
    if not run.is_bulk:
        batch = run.held.hold(with_repeated(judged, run.pipeline))
        return batch, summarize(batch, run.pipeline)
    if keyed_feeds(run.pipeline):
        batch = with_repeated(judged, run.pipeline)
        return batch, summarize(batch, run.pipeline)
    summaries, files = summarize_files(judged, run.pipeline)
    batch = with_repeated_of(judged, run.pipeline, files)
    return batch, summarize(batch, run.pipeline) if files else summaries


def check_topics(spec: JobSpec, pipeline: Pipeline) -> None:
    """
    Raises InvalidJobSpecError for topics of others, and for staged records of feeds that Kafka's coordinates
    identify.
    """
    foreign = {topic.removesuffix(DLQ_SUFFIX) for topic in spec.topics} - set(pipeline.feed_of_topic)
    if foreign:
        raise InvalidJobSpecError(
            f"topics of the batch: expected those of {spec.pipeline}, found {', '.join(sorted(foreign))}"
        )
    streams = {feed.topic for feed in pipeline.feeds if feed.identity == OFFSET}
    staged = sorted(streams.intersection(item.topic for item in spec.landing))
    if staged:
        raise InvalidJobSpecError(
            f"params.landing: expected topics whose records a file or keys identify, found {', '.join(staged)}; "
            "refine these from Kafka (currents run), or name file and line or key columns as the feed's identity"
        )


def check_records(spec: JobSpec, summaries: dict[str, FeedSummary], pipeline: Pipeline) -> None:
    """
    Raises KafkaRecordsMissingError unless each record that the spec names was read.

    In topics that others write, offsets may be without a record: those of a transaction's end or of what it
    took back, and of what compaction left out. Such a range holds fewer; one that retention has eaten into is
    an error of the source itself.
    """
    expected: dict[str, int] = defaultdict(int)
    for item in (*spec.ranges, *spec.landing):
        expected[item.topic.removesuffix(DLQ_SUFFIX)] += item.records
    read = {topic: summary.records for topic, summary in summaries.items()}
    for topic in expected.keys() | read.keys():
        wanted, found = expected[topic], read.get(topic, 0)
        may_be_fewer = not spec.landing and not pipeline.feed_of_topic[topic].message.is_typed
        if found > wanted or (found < wanted and not may_be_fewer):
            what = f"{len(spec.landing)} staged objects" if spec.landing else "kafka ranges"
            raise KafkaRecordsMissingError(f"{what}: expected {wanted} records of {topic}, found {found}")

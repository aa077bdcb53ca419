"""The step of a run that asks the registry, and the check that no record was judged without its answer."""

from currents_spark.engine.batch_run import BatchRun
from currents_spark.engine.schema_ids import UNKNOWN_SCHEMA
from currents_spark.engine.schema_registry import known_schemas
from currents_spark.errors import SchemaRegistryUnavailableError


def look_up_schemas(run: BatchRun) -> None:
    """Fills the run's schemas, where its pipeline has a registry and its messages may name schemas."""
    feeds = run.pipeline.feed_of_topic
    topics = [topic for topic in run.topics if feeds[topic].message.names_schemas]
    if run.spec.schema_registry and topics:
        with run.control.timed("look_up_schemas"):
            run.schemas = known_schemas(run.spec.schema_registry, topics)


def check_schemas(run: BatchRun) -> None:
    """
    Raises SchemaRegistryUnavailableError where a record names a schema that only the registry could tell, and
    it did not answer: the record is no dead letter. Batches without such a record do not need the registry.
    """
    if run.schemas.failure is None:
        return
    unknown = run.batch.where(f"NOT is_dead AND reason = '{UNKNOWN_SCHEMA}'").count()
    if unknown:
        raise SchemaRegistryUnavailableError(
            f"schema registry at {run.spec.schema_registry}: expected an answer for {unknown} records that "
            f"name schemas not met before, found {run.schemas.failure}"
        )

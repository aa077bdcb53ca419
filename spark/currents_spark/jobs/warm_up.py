"""Takes the first runs' cost of class loading and code generation while nobody waits for a result."""

from typing import Any

from pyspark.sql import SparkSession

from currents_spark.runner.control import JobControl
from currents_spark.errors import JobCancelledError
from currents_spark.engine.kafka_source import read_kafka
from currents_spark.pipelines.nem import warm_up as nem_warm_up
from currents_spark.runner.session import CATALOG, job_session
from currents_spark.runner.spec import CatalogSpec, JobSpec

# Three runs bring the fourth close to its lasting speed.
ROUNDS = 3


def warm_up(spark: SparkSession, control: JobControl, rounds: int = ROUNDS) -> None:
    """Runs the pipeline's job on made-up rows in a lake that lives in memory; ends early when cancelled."""
    session = job_session(spark, CatalogSpec(mode="memory", warehouse="memory://warm-up"))
    try:
        for number in range(rounds):
            nem_warm_up.run(session, control, number)
    except JobCancelledError:
        return
    finally:
        nem_warm_up.forget(session)


class WarmUp:
    """
    The job kind `warm_up`; params: `rounds`. Writes no table of the lake; reads the given Kafka ranges and
    lists the given catalog, so that their clients are loaded too.
    """

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl) -> None:
        self._spark, self._spec, self._control = spark, spec, control

    def run(self) -> dict[str, Any]:
        with self._control.timed("list_catalog"):
            self._spark.sql(f"SHOW NAMESPACES IN {CATALOG}").collect()
        if any(item.records for item in self._spec.ranges):
            with self._control.timed("read_kafka"):
                read_kafka(self._spark, self._spec).count()
        warm_up(self._spark, self._control, int(self._spec.params.get("rounds") or ROUNDS))
        self._control.check()
        return {}

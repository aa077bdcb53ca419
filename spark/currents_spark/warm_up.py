"""Takes the first runs' cost of class loading and code generation while nobody waits for a result."""

import shutil
import tempfile
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.control import JobControl
from currents_spark.errors import JobCancelledError
from currents_spark.pipelines.nem import warm_up as nem_warm_up
from currents_spark.spec import JobSpec

# Three runs bring the fourth close to its lasting speed.
ROUNDS = 3


def warm_up(spark: SparkSession, control: JobControl, rounds: int = ROUNDS) -> None:
    """Runs the pipeline's job on made-up rows in a folder that is deleted afterwards; ends early when cancelled."""
    folder = tempfile.mkdtemp(prefix="currents-warm-up-")
    try:
        for number in range(rounds):
            nem_warm_up.run(spark, control, folder, number)
    except JobCancelledError:
        return
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class WarmUp:
    """The job kind `warm_up`; params: `rounds`. Touches no table of the lake."""

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl) -> None:
        self._spark, self._spec, self._control = spark, spec, control

    def run(self) -> dict[str, Any]:
        warm_up(self._spark, self._control, int(self._spec.params.get("rounds") or ROUNDS))
        self._control.check()
        return {}

"""Takes the first runs' cost of class loading and code generation while nobody waits for a result."""

import shutil
import tempfile

from pyspark.sql import SparkSession

from currents_spark.control import JobControl
from currents_spark.errors import JobCancelledError
from currents_spark.pipelines.nem import warm_up as nem_warm_up


def warm_up(spark: SparkSession, control: JobControl, rounds: int = 3) -> None:
    """Runs the pipeline's job on made-up rows in a folder that is deleted afterwards; ends early when cancelled."""
    folder = tempfile.mkdtemp(prefix="currents-warm-up-")
    try:
        for number in range(rounds):
            nem_warm_up.run(spark, control, folder, number)
    except JobCancelledError:
        return
    finally:
        shutil.rmtree(folder, ignore_errors=True)

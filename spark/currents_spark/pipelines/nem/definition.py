"""The pipeline's entry for the job runner."""

from currents_spark.pipelines.nem.refine import Refine

JOBS = {"refine": Refine}

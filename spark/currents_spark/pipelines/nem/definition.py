"""The pipeline's entries for the job runner, by kind."""

from currents_spark.pipelines.nem.load_metadata import LoadMetadata
from currents_spark.engine.refine import Refine

JOBS = {"refine": Refine, "load_metadata": LoadMetadata}

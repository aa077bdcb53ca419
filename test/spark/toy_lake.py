"""A lake of the toy pipeline, whose package lies outside currents_spark."""

import json
import os
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.refine import Refine
from currents_spark.runner.registry import FOLDERS, load_pipeline
from currents_spark.runner.spec import JobSpec
from nem_lake import NemLake

PIPELINES = Path(__file__).resolve().parents[1] / "pipelines"
TOPIC = "toy_events"


def toy() -> Pipeline:
    os.environ[FOLDERS] = str(PIPELINES)
    return load_pipeline("toy")


def event(device: str, at: str, sequence: Any = 1, temperature_c: Any = 20.5, **more: Any) -> bytes:
    values = {"device_id": device, "event_at": at, "temperature_c": temperature_c, "sequence": sequence}
    return json.dumps({**values, **more}).encode()


class ToyLake(NemLake):
    """Refines with the toy's declaration, or with another."""

    def __init__(
        self, spark: SparkSession, folder: Path, mode: str = "memory", pipeline: Pipeline | None = None
    ) -> None:
        super().__init__(spark, folder, mode)
        self.pipeline = pipeline or toy()

    def spec(self, *arguments: Any, **params: Any) -> JobSpec:
        return super().spec(*arguments, pipeline=self.pipeline.name, **params)

    def send(self, *values: bytes | None, partition: int = 0) -> "ToyLake":
        self.log.send(TOPIC, values, partition=partition)
        return self

    def refine(self, ranges: list[dict[str, Any]] | None = None, **params: Any) -> dict[str, Any]:
        spec = self.spec("refine", self.log.take() if ranges is None else ranges, **params)
        source = lambda session, job: self.log.read(session, [item for item in job.ranges if item.records])  # noqa: E731
        return Refine(self.session, spec, self.control(spec), self.pipeline, source).run()

"""One Spark application for all tests; a lake in a folder of its own for each test that wants one."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "spark"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
# Last, since scripts there have common names.
sys.path.append(str(REPOSITORY / "bench"))
os.environ.setdefault("SPARK_DRIVER_MEMORY", "900m")
os.environ.setdefault("SPARK_LOG_LEVEL", "ERROR")

from currents_spark.runner.session import INTERPRETED, start_application  # noqa: E402 - needs the paths above
from nem_lake import NemLake  # noqa: E402


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    application = start_application("currents-tests", {**INTERPRETED, "spark.default.parallelism": "2"})
    yield application
    application.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> NemLake:
    return NemLake(spark, tmp_path / "lake")

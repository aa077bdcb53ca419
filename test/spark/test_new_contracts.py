"""Contracts that change while a process stays: its next job reads them as they are then."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from currents_spark.errors import ContractInvalidError
from currents_spark.runner.registry import FOLDERS, load_pipeline
from toy_lake import PIPELINES, TOPIC, ToyLake, event

AT = "2026-03-01T10:00:00Z"
NOTE = """
      - name: note
        description: A word of the device
        logicalType: string
        physicalType: string
        customProperties:
          - {property: sourceColumn, value: note}
          - {property: fieldNumber, value: 5}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Iterator[Path]:
    """Of a copy of the toy under another name."""
    shutil.copytree(PIPELINES / "toy", tmp_path / "pipelines" / "moved")
    definition = tmp_path / "pipelines" / "moved" / "spark" / "definition.py"
    definition.write_text(definition.read_text().replace('name="toy"', 'name="moved"'))
    before = os.environ.get(FOLDERS, "")
    os.environ[FOLDERS] = str(tmp_path / "pipelines")
    yield tmp_path / "pipelines" / "moved" / "contracts" / "events.yaml"
    os.environ[FOLDERS] = before


def test_a_column_added_to_a_contract_reaches_bronze_with_the_next_job(
    spark: SparkSession, tmp_path: Path, contract: Path
) -> None:
    lake = ToyLake(spark, tmp_path / "lake", pipeline=load_pipeline("moved"))
    lake.send(event("A", AT, note="before")).refine()
    assert load_pipeline("moved") is lake.pipeline
    contract.write_text(contract.read_text() + NOTE)
    lake.pipeline = load_pipeline("moved")
    lake.send(event("B", AT, note="after")).refine()
    rows = "SELECT device_id, note, extra['note'] FROM lake.toy.bronze_events ORDER BY device_id"
    assert lake.values(rows) == [("A", None, "before"), ("B", "after", None)]
    assert lake.pipeline.feeds[0].topic == TOPIC


def test_a_contract_that_is_wrong_is_an_error_until_it_is_right(contract: Path) -> None:
    before = load_pipeline("moved")
    text = contract.read_text()
    contract.write_text(text.replace("physicalType: double", "physicalType: decimal"))
    for _ in range(2):
        with pytest.raises(ContractInvalidError, match="decimal"):
            load_pipeline("moved")
    contract.write_text(text)
    assert [column.name for column in load_pipeline("moved").feeds[0].columns] == [
        column.name for column in before.feeds[0].columns
    ]

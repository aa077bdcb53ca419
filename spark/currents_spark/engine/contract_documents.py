"""Data contracts (Open Data Contract Standard 3.1) as documents of a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

import currents_spark
from currents_spark.engine.yaml_core import read_yaml
from currents_spark.errors import ContractInvalidError

Contract = TypeVar("Contract")
_REPOSITORY = Path(currents_spark.__file__).resolve().parents[2]


def built_in(pipeline: str) -> Path:
    """The folder of plain files of a pipeline of this repository, whose Python is in a package apart."""
    return _REPOSITORY / "pipelines" / pipeline


def read_folder(folder: Path, expected: str, made: Callable[[Any], Contract]) -> tuple[Contract, ...]:
    """What is made of each file, by name. Raises ContractInvalidError with every problem of every file."""
    contracts, problems = [], []
    for file in sorted(file for ending in ("yaml", "yml") for file in folder.glob(f"*.{ending}")):
        try:
            contracts.append(made(read_yaml(file.read_text("utf-8"))))
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            problems.append(f"{file.name}: {type(error).__name__} {error}")
    if problems or not contracts:
        found = "; ".join(problems) or "none"
        raise ContractInvalidError(f"{folder}: expected {expected}, found {found}")
    return tuple(contracts)


def custom(found: dict[str, Any]) -> dict[str, Any]:
    """The customProperties of a schema or a column."""
    return {entry["property"]: entry["value"] for entry in found.get("customProperties", [])}

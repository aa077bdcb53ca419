"""
The contracts of a pipeline's streams, read from `contracts/*.yaml` (Open Data Contract Standard 3.1).

Workers check the same files field by field before they start; here only what the engine takes is checked.
"""

import re
from pathlib import Path
from typing import Any

from currents_spark.engine.contract import ContractColumn, StreamContract
from currents_spark.engine.contract_documents import custom, read_folder

TYPES = ("double", "int", "bigint", "string", "boolean", "timestamp", "timestamp_ntz")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_STREAM = ("topic", "timeColumn", "partitionColumn", "identity", "versionOrder")


def read_contracts(folder: Path) -> tuple[StreamContract, ...]:
    """Raises ContractInvalidError with every problem of every file."""
    return read_folder(folder / "contracts", "data contracts", _contract)


def _contract(document: dict[str, Any]) -> StreamContract:
    (stream,) = document["schema"]
    properties = custom(stream)
    absent = [name for name in _STREAM if name not in properties]
    if absent:
        raise ValueError(f"expected customProperties {', '.join(absent)}, found none")
    columns = tuple(_column(each) for each in stream["properties"])
    time = next((column for column in columns if column.name == properties["timeColumn"]), None)
    if time is None:
        raise ValueError(f"timeColumn: expected a column, found {properties['timeColumn']!r}")
    identity = properties["identity"]
    return StreamContract(
        topic=properties["topic"],
        bronze=stream["physicalName"],
        columns=columns,
        time=time,
        partition=properties["partitionColumn"],
        identity=identity if isinstance(identity, str) else tuple(identity),
        version_order=tuple(properties["versionOrder"]),
        period_minutes=properties.get("periodMinutes", 60),
        counted_as=properties.get("countedAs", stream["physicalName"]),
        is_touching=properties.get("isTouching", True),
        future_tolerance_s=_seconds(properties.get("futureTolerance", "none")),
        past_tolerance_s=_seconds(properties.get("pastTolerance", "none")),
    )


def _seconds(duration: str) -> int | None:
    """Of an ISO 8601 duration in days to seconds, such as `PT1H`; None for `none`."""
    if duration == "none":
        return None
    parts = _DURATION.fullmatch(duration)
    if parts is None or not any(parts.groups()):
        raise ValueError(f"expected a duration such as PT1H, or none, found {duration!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _column(found: dict[str, Any]) -> ContractColumn:
    properties, kind = custom(found), found["physicalType"]
    limits = found.get("logicalTypeOptions", {})
    if kind not in TYPES:
        raise ValueError(f"{found['name']}: expected a physicalType of {', '.join(TYPES)}, found {kind!r}")
    return ContractColumn(
        source=properties["sourceColumn"],
        name=found["name"],
        type=kind,
        description=found["description"],
        unit=properties.get("unit"),
        is_required=found.get("required", False),
        may_be_absent=properties.get("mayBeAbsent", False),
        key=found.get("primaryKeyPosition"),
        allowed=tuple(
            value
            for rule in found.get("quality", [])
            if rule["severity"] == "error"
            for value in rule["arguments"]["validValues"]
        ),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
    )

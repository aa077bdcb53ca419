"""Rows of a metadata object, checked, and what they make of the table they go into."""

from typing import Any

from pyspark.sql import DataFrame

from currents_spark.errors import InvalidJobSpecError, ObjectInvalidError
from currents_spark.tables.table_definition import TableDefinition

REPLACE = "replace"
REPLACE_ALL = "replace_all"
_REQUIRED = {
    "unit_id": ("valid_from", "valid_to", "fuel_type", "dispatch_type"),
    "region_id": ("region_name",),
}
_STAMPS = ("valid_from", "valid_to")


def checked_rows(uri: str, rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The rows with trimmed keys and ISO stamps. Raises ObjectInvalidError that names the first bad row."""
    if not rows:
        raise ObjectInvalidError(f"{uri}: expected at least one row, found none")
    for line, row in enumerate(rows, 1):
        absent = [name for name in (key, *_REQUIRED[key]) if not str(row.get(name) or "").strip()]
        if absent:
            raise ObjectInvalidError(f"{uri} line {line}: expected {', '.join(absent)}, found {row!r}")
    return [_checked(row, key) for row in rows]


def _checked(row: dict[str, Any], key: str) -> dict[str, Any]:
    stamps = {name: str(row[name]).replace("/", "-").replace(" ", "T") for name in _STAMPS if row.get(name)}
    return {**row, **stamps, key: str(row[key]).strip()}


def replacement(
    old: DataFrame, loaded: DataFrame, definition: TableDefinition, key: str, mode: str
) -> tuple[DataFrame, list[str]]:
    """The table's new contents, cut from what they replace, and the keys whose rows differ, sorted."""
    if mode not in (REPLACE, REPLACE_ALL):
        raise InvalidJobSpecError(f"params.mode: expected {REPLACE} or {REPLACE_ALL}, found {mode!r}")
    stated = [name for name in definition.column_names if name not in ("loaded_at", "run_id")]
    kept = old.join(loaded.select(key), key, "left_anti") if mode == REPLACE else old.limit(0)
    contents = kept.select(*definition.column_names).unionByName(loaded).localCheckpoint()
    before, after = old.select(*stated).distinct(), contents.select(*stated).distinct()
    differing = before.exceptAll(after).unionByName(after.exceptAll(before)).select(key).distinct()
    return contents, sorted(row[key] for row in differing.collect())

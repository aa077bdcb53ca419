"""Rows of a metadata object, checked, and what they make of the table they go into."""

from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from currents_spark.errors import InvalidJobSpecError, ObjectInvalidError
from currents_spark.tables.table_definition import TableDefinition

REPLACE = "replace"
REPLACE_ALL = "replace_all"
_REQUIRED = {
    "unit_id": ("valid_from", "valid_to", "fuel_type", "dispatch_type"),
    "region_id": ("region_name",),
    "interconnector_id": ("region_from", "region_to", "valid_from", "valid_to"),
    "name": ("value", "valid_from"),
}
# What one row replaces, where that is not all rows of its key: a limit is one point of its name.
_IDENTITY = {"name": ("name", "valid_from")}
# Rows that come with the program: they fill what no file and no archive has said.
BUILT_IN = "built in"
_OPEN_END = "2999-12-31 00:00:00"
_STAMPS = ("valid_from", "valid_to")


def checked_rows(uri: str, rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The rows with trimmed keys and ISO stamps. Raises ObjectInvalidError that names the first bad row."""
    if not rows:
        raise ObjectInvalidError(f"{uri}: expected at least one row, found none")
    for line, row in enumerate(rows, 1):
        absent = [name for name in (key, *_REQUIRED[key]) if _is_blank(row.get(name))]
        if absent:
            raise ObjectInvalidError(f"{uri} line {line}: expected {', '.join(absent)}, found {row!r}")
    return [_checked(row, key) for row in rows]


def _is_blank(value: Any) -> bool:
    return value is None or not str(value).strip()


def _checked(row: dict[str, Any], key: str) -> dict[str, Any]:
    stamps = {name: str(row[name]).replace("/", "-").replace(" ", "T") for name in _STAMPS if row.get(name)}
    return {**row, **stamps, key: str(row[key]).strip()}


def replacement(
    old: DataFrame, loaded: DataFrame, definition: TableDefinition, key: str, mode: str
) -> tuple[DataFrame, list[str]]:
    """
    The table's new contents, cut from what they replace, and the keys whose rows differ, sorted.

    Built-in rows do not replace what a file or an archive has said of the same thing.
    """
    if mode not in (REPLACE, REPLACE_ALL):
        raise InvalidJobSpecError(f"params.mode: expected {REPLACE} or {REPLACE_ALL}, found {mode!r}")
    identity = _IDENTITY.get(key, (key,))
    stated = [name for name in definition.column_names if name not in ("loaded_at", "run_id")]
    old_kept = old if mode == REPLACE else old.limit(0)
    said = _filling(loaded, old_kept, identity)
    kept = old_kept.join(said.select(*identity), [*identity], "left_anti")
    contents = _closed(kept.select(*definition.column_names).unionByName(said), key).localCheckpoint()
    before, after = old.select(*stated).distinct(), contents.select(*stated).distinct()
    differing = before.exceptAll(after).unionByName(after.exceptAll(before)).select(key).distinct()
    return contents, sorted(row[key] for row in differing.collect())


def _filling(loaded: DataFrame, old: DataFrame, identity: tuple[str, ...]) -> DataFrame:
    # Built-in rows may name their own source after it.
    is_built_in = F.coalesce(F.col("source").startswith(BUILT_IN), F.lit(False))
    said_before = old.where(F.col("source").isNotNull() & ~is_built_in).select(*identity).distinct()
    built_in = loaded.where(is_built_in).join(said_before, [*identity], "left_anti")
    return loaded.where(~is_built_in).unionByName(built_in)


def _closed(contents: DataFrame, key: str) -> DataFrame:
    """A limit holds until the next of its name, whichever load brought that."""
    if key not in _IDENTITY:
        return contents
    following = F.lead("valid_from").over(Window.partitionBy(key).orderBy("valid_from"))
    open_end = F.lit(_OPEN_END).cast("timestamp_ntz")
    return contents.withColumn("valid_to", F.coalesce(following, open_end))

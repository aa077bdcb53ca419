"""Silver rows of the touched intervals, recomputed from bronze, and how each differs from what silver has."""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.nem_time import interval_end_at, trading_date
from currents_spark.pipelines.nem.silver import SilverPart, SilverTable
from currents_spark.pipelines.nem.versions import COUNTS, chosen_versions


def silver_rows(silver: SilverTable, candidates: dict[str, DataFrame], run_id: str) -> DataFrame:
    """
    One row per key with the table's columns (metadata columns excepted), and per feed `<topic>_there` and its counts.

    `candidates` by topic: bronze rows of all touched intervals, old and new, with `is_old`.
    """
    parts = [_part_rows(silver, part, candidates[part.feed.topic]) for part in silver.parts]
    joined = reduce(lambda left, right: left.join(right, silver.key, "full_outer"), parts)
    made = dict.fromkeys(name for part in silver.parts for name in part.columns)
    return joined.selectExpr(
        *silver.key, f"{trading_date('trading_interval')} AS trading_date",
        f"{interval_end_at('trading_interval')} AS interval_end_at", f"'{run_id}' AS run_id",
        *[f"{_from_parts(silver, name)} AS {name}" for name in made],
        *[f"coalesce({_counter(part, name)}, 0) AS {_counter(part, name)}" for part in silver.parts for name in COUNTS],
        *[f"coalesce({_there(part)}, false) AS {_there(part)}" for part in silver.parts],
    )


def _part_rows(silver: SilverTable, part: SilverPart, candidates: DataFrame) -> DataFrame:
    trimmed = candidates.withColumn(silver.id, F.trim(silver.id))
    versions = chosen_versions(trimmed, part.feed, silver.key, part.eligible, part.preference)
    return versions.selectExpr(
        *silver.key,
        *[f"version.{field} AS {_prefixed(part, name)}" for name, field in part.columns.items()],
        *[f"{name} AS {_counter(part, name)}" for name in COUNTS],
        f"version IS NOT NULL AS {_there(part)}",
    )


def _prefixed(part: SilverPart, name: str) -> str:
    return f"{part.feed.topic}__{name}"


def _counter(part: SilverPart, name: str) -> str:
    return f"{part.feed.topic}_{name}"


def _there(part: SilverPart) -> str:
    return _counter(part, "there")


def _from_parts(silver: SilverTable, name: str) -> str:
    values = ", ".join(_prefixed(part, name) for part in silver.parts if name in part.columns)
    return f"greatest({values})" if name == "ingested_at" and "," in values else f"coalesce({values})"


def with_change(silver: SilverTable, rows: DataFrame, existing: DataFrame | None) -> DataFrame:
    """Adds `change` (`insert`, `update`, `same`, null without a silver row) and per feed `<topic>_change`."""
    is_there = " OR ".join(_there(part) for part in silver.parts)
    if existing is None:
        parts = [f"CASE WHEN {_there(part)} THEN 'insert' END AS {_counter(part, 'change')}" for part in silver.parts]
        return rows.selectExpr("*", f"CASE WHEN {is_there} THEN 'insert' END AS change", *parts)
    names = [name for name in silver.definition.column_names if name not in (*silver.key, "run_id")]
    old = existing.selectExpr(*silver.key, f"struct({', '.join(names)}) AS old")
    parts = [f"{_change(_there(part), f'old.{part.present}', list(part.columns))} AS {_counter(part, 'change')}" for part in silver.parts]
    return rows.join(old, silver.key, "left").selectExpr("*", f"{_change(is_there, 'old', names)} AS change", *parts).drop("old")


def _change(is_there: str, old: str, names: list[str]) -> str:
    same = " AND ".join(f"{name} <=> old.{name}" for name in names)
    return f"CASE WHEN NOT ({is_there}) THEN NULL WHEN {old} IS NULL THEN 'insert' WHEN {same} THEN 'same' ELSE 'update' END"


def change_counts(silver: SilverTable) -> list[str]:
    """Aggregates: rows inserted and updated, and per feed the sums of COUNTS, `selected`, `insert` and `update`."""
    texts = ["count_if(change = 'insert') AS inserted", "count_if(change = 'update') AS updated"]
    for part in silver.parts:
        texts += [f"coalesce(sum({_counter(part, name)}), 0) AS {_counter(part, name)}" for name in COUNTS]
        texts += [f"count_if({_counter(part, 'change')} = '{kind}') AS {_counter(part, kind)}" for kind in ("insert", "update")]
        texts.append(f"count_if({_there(part)}) AS {_counter(part, 'selected')}")
    return texts

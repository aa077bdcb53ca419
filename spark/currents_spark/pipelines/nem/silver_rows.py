"""Silver rows of the touched intervals, recomputed from bronze, and how each differs from what silver has."""

from functools import reduce

from pyspark.sql import Column, DataFrame
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
    made = {name: _from_parts(silver, name) for part in silver.parts for name in part.columns}
    interval = F.col("trading_interval")
    return joined.select(
        *silver.key, trading_date(interval).alias("trading_date"), interval_end_at(interval).alias("interval_end_at"),
        F.lit(run_id).alias("run_id"),
        *[value.alias(name) for name, value in made.items()],
        *[F.col(_counter(part, name)) for part in silver.parts for name in (*COUNTS, "there")],
    )


def _part_rows(silver: SilverTable, part: SilverPart, candidates: DataFrame) -> DataFrame:
    trimmed = candidates.withColumn(silver.id, F.trim(silver.id))
    versions = chosen_versions(trimmed, part.feed, silver.key, part.eligible(), part.preference())
    return versions.select(
        *silver.key,
        *[F.col("version")[field].alias(_prefixed(part, name)) for name, field in part.columns.items()],
        *[F.col(name).alias(_counter(part, name)) for name in COUNTS],
        F.col("version").isNotNull().alias(_counter(part, "there")),
    )


def _prefixed(part: SilverPart, name: str) -> str:
    return f"{part.feed.topic}__{name}"


def _counter(part: SilverPart, name: str) -> str:
    return f"{part.feed.topic}_{name}"


def _from_parts(silver: SilverTable, name: str) -> Column:
    values = [F.col(_prefixed(part, name)) for part in silver.parts if name in part.columns]
    if len(values) == 1:
        return values[0]
    return F.greatest(*values) if name == "ingested_at" else F.coalesce(*values)


def there(silver: SilverTable) -> Column:
    """True for a key that has a silver row: some feed's version was eligible."""
    return reduce(lambda left, right: left | right, [F.coalesce(F.col(_counter(part, "there")), F.lit(False)) for part in silver.parts])


def with_change(silver: SilverTable, rows: DataFrame, existing: DataFrame | None) -> DataFrame:
    """Adds `change` (`insert`, `update`, `same`, null without a silver row) and per feed `<topic>_change`."""
    if existing is None:
        whole = F.when(there(silver), F.lit("insert"))
        parts = {_counter(part, "change"): F.when(F.col(_counter(part, "there")), F.lit("insert")) for part in silver.parts}
        return _with_changes(rows, whole, parts)
    names = [name for name in silver.definition.column_names if name not in (*silver.key, "run_id")]
    old = existing.select(*silver.key, F.struct(*names).alias("old"))
    joined = rows.join(old, silver.key, "left")
    whole = F.when(there(silver), _change(F.col("old").isNull(), names))
    parts = {
        _counter(part, "change"): F.when(F.col(_counter(part, "there")), _change(F.col("old")[part.present].isNull(), list(part.columns)))
        for part in silver.parts
    }
    return _with_changes(joined, whole, parts).drop("old")


def _change(absent: Column, names: list[str]) -> Column:
    same = reduce(lambda left, right: left & right, [F.col(name).eqNullSafe(F.col("old")[name]) for name in names])
    return F.when(absent, F.lit("insert")).when(same, F.lit("same")).otherwise(F.lit("update"))


def _with_changes(rows: DataFrame, whole: Column, parts: dict[str, Column]) -> DataFrame:
    return rows.select("*", whole.alias("change"), *[value.alias(name) for name, value in parts.items()])


def part_counts(silver: SilverTable) -> list[Column]:
    """Aggregates for `count_changes`: per feed the sums of COUNTS and the inserted and updated rows."""
    columns: list[Column] = []
    for part in silver.parts:
        columns.extend(F.coalesce(F.sum(_counter(part, name)), F.lit(0)).alias(_counter(part, name)) for name in COUNTS)
        columns.append(F.coalesce(F.sum(F.col(_counter(part, "there")).cast("int")), F.lit(0)).alias(_counter(part, "selected")))
        columns.extend(F.count_if(F.col(_counter(part, "change")) == kind).alias(_counter(part, kind)) for kind in ("insert", "update"))
    return columns

"""Silver rows of the touched periods, recomputed from bronze, and how each differs from what silver has."""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.silver_table import SilverPart, SilverTable
from currents_spark.engine.versions import COUNTS, chosen_versions
from currents_spark.sql_text import name_of


def silver_rows(silver: SilverTable, candidates: dict[str, DataFrame], run_id: str) -> DataFrame:
    """
    One row per key with the table's columns (those of its enrichment excepted), and per feed `<topic>___there`
    and its counts.

    `candidates` by topic: bronze rows of all touched periods, old and new, with `is_old`.
    """
    parts = [_part_rows(silver, part, candidates[part.feed.topic]) for part in silver.parts]
    joined = reduce(lambda left, right: left.join(right, silver.grain, "full_outer"), parts)
    made = dict.fromkeys(name for part in silver.parts for name in part.columns)
    rows = joined.selectExpr(
        *silver.grain,
        *[f"{value} AS {name}" for name, value in silver.derived.items()],
        f"'{run_id}' AS run_id",
        *[f"{_from_parts(silver, name)} AS {name}" for name in made],
        *[f"{_counter(part, 'rows')} AS {part.counted_in}" for part in silver.parts if part.counted_in],
        *[
            f"coalesce({_counter(part, name)}, 0) AS {_counter(part, name)}"
            for part in silver.parts
            for name in COUNTS
        ],
        *[f"coalesce({_there(part)}, false) AS {_there(part)}" for part in silver.parts],
    )
    return with_concluded(silver, rows)


def with_concluded(silver: SilverTable, rows: DataFrame) -> DataFrame:
    """Adds the columns that follow from a row's others."""
    concluded = [f"{value} AS {name}" for name, value in silver.concluded.items()]
    return rows.selectExpr("*", *concluded) if concluded else rows


def candidates(old: DataFrame | None, new: DataFrame | None) -> DataFrame:
    """A feed's bronze rows of the touched periods, with `is_old`."""
    frames = [
        frame.withColumn("is_old", F.lit(is_old))
        for frame, is_old in ((old, True), (new, False))
        if frame is not None
    ]
    return reduce(DataFrame.unionByName, frames)


def with_trimmed_ids(silver: SilverTable, rows: DataFrame) -> DataFrame:
    for name in silver.text_ids:
        rows = rows.withColumn(name, F.trim(name))
    return rows


def _part_rows(silver: SilverTable, part: SilverPart, candidates: DataFrame) -> DataFrame:
    trimmed = with_trimmed_ids(silver, candidates)
    versions = chosen_versions(trimmed, part.feed, silver.grain, part.eligible, part.preference)
    return versions.selectExpr(
        *silver.grain,
        *[f"version.{field} AS {_prefixed(part, name)}" for name, field in part.columns.items()],
        *[f"{name} AS {_counter(part, name)}" for name in COUNTS],
        f"version IS NOT NULL AS {_there(part)}",
    )


def _prefixed(part: SilverPart, name: str) -> str:
    return f"{name_of(part.feed.topic)}__{name}"


def _counter(part: SilverPart, name: str) -> str:
    return f"{counter_prefix(part.feed.topic)}{name}"


def counter_prefix(topic: str) -> str:
    """No topic's prefix begins another's with a counter: `prices` has `old_rows`, `prices_old` has `rows`."""
    return f"{name_of(topic)}___"


def _there(part: SilverPart) -> str:
    return _counter(part, "there")


def _from_parts(silver: SilverTable, name: str) -> str:
    values = ", ".join(_prefixed(part, name) for part in silver.parts if name in part.columns)
    return f"greatest({values})" if name == "ingested_at" and "," in values else f"coalesce({values})"


def with_change(
    silver: SilverTable, rows: DataFrame, existing: DataFrame | None, replacing: bool = False
) -> DataFrame:
    """
    Adds `change` (`insert`, `update`, `same`, null without a silver row) and per feed `<topic>___change`.

    `replacing`: bronze has lost rows, so silver rows that no version supports any more are looked for too
    (`delete`).
    """
    is_there = " OR ".join(_there(part) for part in silver.parts)
    if existing is None:
        parts = [
            f"CASE WHEN {_there(part)} THEN 'insert' END AS {_counter(part, 'change')}"
            for part in silver.parts
        ]
        return rows.selectExpr("*", f"CASE WHEN {is_there} THEN 'insert' END AS change", *parts)
    names = [name for name in silver.definition.column_names if name not in (*silver.key, "run_id")]
    old = existing.selectExpr(*silver.grain, f"struct({', '.join(names)}) AS old")
    parts = [
        f"{_change(_there(part), f'old.{part.present}', list(part.columns))} AS {_counter(part, 'change')}"
        for part in silver.parts
    ]
    change = _change(is_there, "old", names)
    if replacing:
        change = (
            f"CASE WHEN NOT coalesce({is_there}, false) AND old IS NOT NULL THEN 'delete' ELSE {change} END"
        )
    return (
        rows.join(old, silver.grain, "full_outer" if replacing else "left")
        .selectExpr("*", f"{change} AS change", *parts)
        .drop("old")
    )


def _change(is_there: str, old: str, names: list[str]) -> str:
    same = " AND ".join(f"{name} <=> old.{name}" for name in names)
    cases = f"WHEN {old} IS NULL THEN 'insert' WHEN {same} THEN 'same' ELSE 'update'"
    return f"CASE WHEN NOT ({is_there}) THEN NULL {cases} END"


def change_counts(silver: SilverTable, replacing: bool = False) -> list[str]:
    """
    Aggregates: rows inserted, updated and deleted, and per feed the sums of COUNTS, `selected`, `insert` and
    `update`.

    `replacing`: silver still shows what was taken out of bronze, so a feed's inserted keys are those that the
    rest of bronze did not support, whether silver had a row for them or not.
    """
    texts = [
        f"count_if(change = '{kind}') AS {name}"
        for kind, name in (("insert", "inserted"), ("update", "updated"), ("delete", "deleted"))
    ]
    for part in silver.parts:
        inserted = (
            f"{_there(part)} AND {_counter(part, 'old_selected')} = 0"
            if replacing
            else f"{_counter(part, 'change')} = 'insert'"
        )
        texts += [f"coalesce(sum({_counter(part, name)}), 0) AS {_counter(part, name)}" for name in COUNTS]
        texts += [
            f"count_if({inserted}) AS {_counter(part, 'insert')}",
            f"count_if({_counter(part, 'change')} = 'update') AS {_counter(part, 'update')}",
        ]
        texts.append(f"count_if({_there(part)}) AS {_counter(part, 'selected')}")
    return texts

"""
Silver rows of periods that neither bronze nor silver had before: most of a backfill.

There a key that the batch names once needs no choice between versions, so its bronze row is taken as it is:
nothing is grouped by content, sorted or held. Whether a key comes once is known from hashes of keys. A hash
that two keys share only sends both to where versions are compared.
"""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.silver_rows import with_concluded
from currents_spark.engine.silver_table import SilverTable

# More hashes than this are no exception any more, and are compared in place.
APART_MAX = 100_000


@dataclass(frozen=True)
class KeyCounts:
    """`once`: keys with a single row; `chosen` of these silver shows; `apart`: hashes of the other keys."""

    once: int
    chosen: int
    apart: list[int]


def key_counts(silver: SilverTable, rows: DataFrame) -> KeyCounts | None:
    """None where so many keys have several rows that it is better not to tell them apart."""
    groups = rows.groupBy(silver.clock.partition, F.expr(_hash(silver))).agg(
        F.expr("count(*) AS n"), F.expr(f"bool_or({silver.parts[0].eligible}) AS eligible")
    )
    totals = ("count_if(n = 1) AS once", "count_if(n = 1 AND eligible) AS chosen", "count_if(n > 1) AS apart")
    found = groups.agg(*[F.expr(text) for text in totals]).collect()[0]
    if found.apart > APART_MAX:
        return None
    apart = [row.hash for row in groups.where("n > 1").select("hash").collect()] if found.apart else []
    return KeyCounts(found.once, found.chosen, apart)


def told_apart(silver: SilverTable, rows: DataFrame, apart: list[int]) -> tuple[DataFrame, DataFrame | None]:
    """Rows of keys that come once, and the others; None for no others."""
    if not apart:
        return rows, None
    hashes = rows.sparkSession.createDataFrame([(each,) for each in apart], "hash BIGINT").hint("broadcast")
    hashed = rows.selectExpr("*", _hash(silver))
    return (
        hashed.join(hashes, "hash", "left_anti").drop("hash"),
        hashed.join(hashes, "hash", "left_semi").drop("hash"),
    )


def first_rows(silver: SilverTable, rows: DataFrame, run_id: str) -> DataFrame:
    """Silver's columns (those of its enrichment excepted), of bronze rows whose keys come once."""
    part = silver.parts[0]
    ranked = rows.where(part.eligible).selectExpr(
        "*", *[f"{rank} AS {name}" for name, rank in part.feed.message.ranks]
    )
    chosen = ranked.selectExpr(
        *silver.grain,
        *[f"{value} AS {name}" for name, value in silver.derived.items()],
        f"'{run_id}' AS run_id",
        *[f"{field} AS {name}" for name, field in part.columns.items()],
        *([f"1L AS {part.counted_in}"] if part.counted_in else []),
    )
    return with_concluded(silver, chosen)


def _hash(silver: SilverTable) -> str:
    return f"xxhash64({', '.join(silver.key)}) AS hash"

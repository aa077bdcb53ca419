"""
Files that an operator has sent to dead letters. They stay there when their records come another way: a day's
archive holds the same file, by the same checksum, as a rebuild from landing does.
"""

from collections import defaultdict

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.runner.batch_params import QUARANTINED, Quarantine
from currents_spark.runner.session import CATALOG

# As the operator's commands name a dead letter (core/deadLetters/deadLettersSql.ts).
_DEAD_LETTER_ID = (
    "left(sha2(concat_ws('/', source_sha256, coalesce(CAST(source_line AS STRING), '-'), reason), 256), 16)"
)


def standing_quarantines(
    spark: SparkSession, dead_letters: DataFrame, pipeline: str, events: str
) -> tuple[Quarantine, ...]:
    """
    By rule and explanation; `events` names the table of decisions. A file is out of quarantine once a replay
    has brought any of its records into the lake.
    """
    files = dead_letters.where(
        (F.col("pipeline") == pipeline)
        & (F.col("reason") == QUARANTINED)
        & F.col("source_sha256").isNotNull()
    )
    named = files.selectExpr("source_sha256", "rule", "error_message", f"{_DEAD_LETTER_ID} AS letter_id")
    standing = named.join(_taken_back(spark, named, pipeline, events), "source_sha256", "left_anti")
    of_file = (
        standing.groupBy("source_sha256")
        .agg(F.min_by(F.struct("rule", "error_message"), "letter_id").alias("why"))
        .collect()
    )
    by_why: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in of_file:
        by_why[(row.why.rule or "", row.why.error_message or "")].append(row.source_sha256)
    return tuple(
        Quarantine(tuple(sorted(checksums)), rule, reason)
        for (rule, reason), checksums in sorted(by_why.items())
    )


def _taken_back(spark: SparkSession, named: DataFrame, pipeline: str, events: str) -> DataFrame:
    """The table of decisions is made by the first decision on a dead letter."""
    if not spark.catalog.tableExists(f"{CATALOG}.{events}"):
        return named.select("source_sha256").limit(0)
    repaired = (
        spark.table(f"{CATALOG}.{events}")
        .where((F.col("pipeline") == pipeline) & (F.col("action") == "repaired"))
        .select("letter_id")
    )
    return named.join(repaired, "letter_id", "left_semi").select("source_sha256").distinct()

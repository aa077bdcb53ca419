"""
The ledger: which offsets and landed files each run made part of the lake. Read before anything is written,
written last.
"""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from currents_spark.errors import LedgerMismatchError
from currents_spark.runner.spec import JobSpec, KafkaRange
from currents_spark.tables.lake_table import LakeTable
from currents_spark.tables.local_rows import rows_of
from currents_spark.tables.table_definition import TableDefinition

# The ledger only grows at its end, so a recent row that meets a range's start proves the older ones.
RECENT_HOURS = 3

Ends = dict[tuple[str, int], int]


def check_ledger(ledger: LakeTable, spec: JobSpec) -> None:
    """
    Every range must start where the ledger ends for its partition; one the ledger does not know may start
    anywhere, because Kafka may have dropped its first records. `params.expect_ledger` false skips the check.

    Raises LedgerMismatchError that names each wrong range.
    """
    if ledger.snapshot_id is None or spec.params.get("expect_ledger") is False:
        return
    rows = ledger.read().where((F.col("pipeline") == spec.pipeline) & (F.col("kind") == "kafka"))
    ends = _ends(
        rows.where(F.col("recorded_at") >= F.expr(f"current_timestamp() - INTERVAL {RECENT_HOURS} HOURS"))
    )
    if any(ends.get((item.topic, item.partition)) != item.start for item in spec.ranges):
        ends = _ends(rows)
    problems = [text for item in spec.ranges if (text := _mismatch(item, ends))]
    if problems:
        raise LedgerMismatchError(f"{ledger.definition.name}: {'; '.join(problems)}")


def _ends(rows: DataFrame) -> Ends:
    ends = rows.groupBy("topic", "partition").agg(F.max("end_offset").alias("end_offset")).collect()
    return {(row["topic"], row["partition"]): row["end_offset"] for row in ends}


def _mismatch(item: KafkaRange, ends: Ends) -> str | None:
    end = ends.get((item.topic, item.partition), item.start)
    if end == item.start:
        return None
    return f"{item.topic}[{item.partition}]: expected the range to start at {end}, found {item.start}"


def ledger_rows(
    spark: SparkSession, table: TableDefinition, spec: JobSpec, recorded_at: str
) -> tuple[DataFrame, int]:
    """
    One row for each range that holds records, dead-letter topics too, and for each landed file; and their
    number.
    """
    common = {"pipeline": spec.pipeline, "run_id": spec.run_id, "recorded_at": recorded_at}
    rows = [
        {
            **common,
            "kind": "kafka",
            "topic": item.topic,
            "partition": item.partition,
            "start_offset": item.start,
            "end_offset": item.end,
            "records": item.records,
        }
        for item in spec.ranges
        if item.records
    ]
    rows += [
        {**common, "kind": "landing", "object_uri": uri, "checksum": checksum, "records": records}
        for (uri, checksum), records in _landed_files(spec).items()
    ]
    return rows_of(spark, table, rows), len(rows)


def _landed_files(spec: JobSpec) -> dict[tuple[str, str], int]:
    """Records by landed file; one file fills several staged objects, one for each topic."""
    files: dict[tuple[str, str], int] = {}
    for item in spec.landing:
        files[item.object_uri, item.checksum] = files.get((item.object_uri, item.checksum), 0) + item.records
    return files

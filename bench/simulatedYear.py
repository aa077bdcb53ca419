"""
Gives every table that runs add to the past of a year: the rows of its newest interval (or newest run, for the
ops tables) again for every five minutes before it, and as many snapshots, as upkeep leaves them: a file
or two a day, or one of all where days are no partitions.

Prints one JSON line: tables, rows, snapshots of a table and seconds.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "spark"))

from pyspark.sql import DataFrame, SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402

from currents_spark.runner.session import (  # noqa: E402
    CATALOG,
    job_session,
    start_application,
    stop_application,
)
from currents_spark.runner.spec import CatalogSpec  # noqa: E402
from tableMetadata import FIVE_MINUTES_MS, change_metadata  # noqa: E402

INTERVALS_A_DAY = 288
OF_RUNS = ("ingest_ledger", "refine_counts", "gate_results")
SHIFTED = ("trading_interval", "interval_end_at", "recorded_at", "ingested_at")


def is_of_runs(table: str) -> bool:
    """One of the ops tables, which every pipeline has in a namespace of its own."""
    namespace, name = table.split(".")
    return namespace.endswith("_ops") and name in OF_RUNS


def template(spark: SparkSession, table: str) -> DataFrame | None:
    frame = spark.table(f"{CATALOG}.{table}")
    key = (
        "trading_interval" if "trading_interval" in frame.columns else "run_id" if is_of_runs(table) else None
    )
    newest = frame.agg(F.max(key)).collect()[0][0] if key else None
    return None if newest is None else frame.where(F.col(key) == F.lit(newest)).localCheckpoint()


def past(spark: SparkSession, rows: DataFrame, days: int, real: int) -> DataFrame:
    """
    `n` counts five minutes back from before the real intervals; its partitions are days, so that a day is
    written by one task.
    """
    back = spark.range(real, real + days * INTERVALS_A_DAY, 1, days).withColumnRenamed("id", "n")
    columns = []
    for name, kind in rows.dtypes:
        if name in SHIFTED:
            columns.append(f"CAST({name} - make_interval(0, 0, 0, 0, 0, 5 * int(n)) AS {kind}) AS {name}")
        elif name == "trading_date":
            columns.append(
                "CAST(trading_interval - make_interval(0, 0, 0, 0, 4, 5 + 5 * int(n)) AS DATE) AS "
                "trading_date"
            )
        elif name in ("start_offset", "end_offset"):
            # What the ledger says of old runs must not move the end it tells the next one.
            columns.append(f"CAST(0 AS {kind}) AS {name}")
        elif name == "run_id":
            columns.append("concat('past-', n) AS run_id")
        else:
            columns.append(f"`{name}`")
    return back.join(F.broadcast(rows)).selectExpr(*columns)


def give_snapshots(spark: SparkSession, table: str, count: int) -> None:
    """
    Copies of the newest, one every five minutes before it: a reader of the table reads all its snapshots,
    whatever they added. Written into the metadata at once, since commits copy all snapshots before them
    (2,016 empty ones took 155 s for a single table).
    """

    def give(metadata: dict[str, Any]) -> None:
        newest = next(
            snapshot
            for snapshot in metadata["snapshots"]
            if snapshot["snapshot-id"] == metadata["current-snapshot-id"]
        )
        oldest_ms = min(snapshot["timestamp-ms"] for snapshot in metadata["snapshots"])
        ages = [
            {"snapshot-id": number, "timestamp-ms": oldest_ms - FIVE_MINUTES_MS * (count - number + 1)}
            for number in range(1, count + 1)
        ]
        metadata["snapshots"] = [{**newest, **age} for age in ages] + metadata["snapshots"]
        metadata["snapshot-log"] = ages + metadata["snapshot-log"]

    change_metadata(spark, f"{CATALOG}.{table}", give)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalog", type=json.loads, required=True)
    parser.add_argument("--tables", required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--snapshot-days", type=float, required=True, help="that upkeep keeps snapshots for")
    parser.add_argument("--real", type=int, required=True, help="intervals that real runs have brought")
    arguments = parser.parse_args()
    spark = start_application("simulated-year")
    session = job_session(spark, CatalogSpec(**arguments.catalog), records=10_000_000)
    started, total, filled = time.monotonic(), 0, []
    snapshots = round(arguments.snapshot_days * INTERVALS_A_DAY)
    for table in arguments.tables.split(","):
        rows = template(session, table)
        if rows is None:
            continue
        before = past(session, rows, arguments.days, arguments.real)
        (before.coalesce(1) if is_of_runs(table) else before).writeTo(f"{CATALOG}.{table}").append()
        total += rows.count() * arguments.days * INTERVALS_A_DAY
        filled.append(table)
        print(f"  {table} has a past", file=sys.stderr, flush=True)
    for table in filled:
        give_snapshots(session, table, snapshots)
    print(
        json.dumps(
            {
                "tables": len(filled),
                "rows": total,
                "snapshots": snapshots,
                "seconds": round(time.monotonic() - started, 2),
            }
        )
    )
    stop_application(spark)


if __name__ == "__main__":
    main()

"""
A table as a month of 5-minute commits leaves it: one small file each, and now and then a correction, which
leaves a delete file (`commits`); and the same rows written at once, as well as they can be (`fresh`).

Prints one JSON line: commits and seconds.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "spark"))

from pyspark.sql import DataFrame, SparkSession  # noqa: E402

from currents_spark.tables.catalog_tables import fresh_table  # noqa: E402
from currents_spark.pipelines.nem.contracts import SILVER_DISPATCH  # noqa: E402
from currents_spark.runner.session import (  # noqa: E402
    CATALOG,
    catalog_conf,
    job_session,
    start_application,
    stop_application,
)
from currents_spark.runner.spec import CatalogSpec  # noqa: E402
from tableMetadata import FIVE_MINUTES_MS, change_metadata  # noqa: E402

UNITS = 500
INTERVALS_A_DAY = 288
# About as often as the market operator corrects an interval's telemetry.
CORRECTED_EVERY = 48
FIRST = datetime(2026, 9, 1, 4, 5)
TABLE = f"{CATALOG}.{SILVER_DISPATCH.name}"
FRESH = f"{CATALOG}.nem.bench_fresh"
# Keeps its metadata in a local folder, and its data where the table's own is.
WRITER = "writer"
STAGED = f"{WRITER}.{SILVER_DISPATCH.name}"


def interval_rows(spark: SparkSession, first: int, count: int) -> DataFrame:
    """The rows of `count` intervals from the `first` on, an interval a Spark partition, hence a file."""
    seconds = f"({int((FIRST - datetime(1970, 1, 1)).total_seconds())} + 300 * ({first} + id DIV {UNITS}))"
    unit, market = f"id % {UNITS}", f"timestamp_seconds({seconds})"
    known = {
        "trading_interval": f"CAST({market} AS timestamp_ntz)",
        "interval_end_at": f"timestamp_seconds({seconds} - 36000)",
        "trading_date": f"to_date(timestamp_seconds({seconds} - 14700))",
        "unit_id": f"concat('UNIT', lpad({unit}, 4, '0'))",
        "power_mw": "round(rand() * 600, 3)",
        "station_name": f"concat('Station ', {unit} DIV 3)",
        "region_id": f"element_at(array('NSW1', 'QLD1', 'SA1', 'TAS1', 'VIC1'), int({unit} % 5) + 1)",
        "fuel_type": "element_at(array('coal', 'gas', 'hydro', 'solar', 'wind', 'battery'), "
        f"int({unit} % 6) + 1)",
        "dispatch_type": "'generator'",
        "capacity_mw": "600.0D",
        "source_file": f"concat('PUBLIC_DISPATCHSCADA_', date_format({market}, 'yyyyMMddHHmm'), '.zip')",
        "ingested_at": "current_timestamp()",
        "source_line": f"int({unit})",
    }
    columns = [
        f"CAST({known.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in SILVER_DISPATCH.columns
    ]
    return spark.range(0, count * UNITS, 1, count).selectExpr(*columns)


def add_writer(spark: SparkSession, catalog: CatalogSpec, folder: str) -> None:
    """
    A table like the one measured, whose files are written many at a time: a job for each took 0.5 s, over an
    hour for a month.
    """
    conf = {
        **catalog_conf(catalog),
        ".type": "hadoop",
        ".warehouse": folder,
        ".io-impl": "org.apache.iceberg.io.ResolvingFileIO",
    }
    for key, value in conf.items():
        spark.conf.set(f"spark.sql.catalog.{WRITER}{key}", value)
    spark.sql(f"CREATE NAMESPACE {WRITER}.nem")
    spark.sql(SILVER_DISPATCH.create_statement().replace(TABLE, STAGED))
    spark.sql(
        f"ALTER TABLE {STAGED} SET TBLPROPERTIES ('write.data.path' = "
        f"'{fresh_table(spark, TABLE).location()}/data')"
    )


def append_each(spark: SparkSession, first: int, count: int) -> None:
    """
    A file, a manifest and a snapshot for each interval, handed to the catalog together: handed over one by
    one each writes a metadata file of its own (48 took 27 s), two hours for a month.
    """
    interval_rows(spark, first, count).writeTo(STAGED).option("distribution-mode", "none").append()
    staged, table = fresh_table(spark, STAGED), fresh_table(spark, TABLE)
    files = sorted(
        staged.currentSnapshot().addedDataFiles(staged.io()),
        key=lambda file: str(file.location()).rsplit("/", 1)[-1],
    )
    if len(files) != count:
        raise RuntimeError(f"expected a file for each of {count} intervals, found {len(files)}")
    transaction = table.newTransaction()
    for file in files:
        transaction.newAppend().appendFile(file).commit()
    transaction.commitTransaction()


def correct(spark: SparkSession, index: int) -> None:
    """
    An interval that brings a correction of the one before it. By dates and times spelled out, as runs do it:
    a join alone reads the whole table.
    """
    corrected, arrived = (FIRST + timedelta(minutes=5 * number) for number in (index - 1, index))
    days = ", ".join(
        f"DATE '{(moment - timedelta(hours=4, minutes=5)).date()}'" for moment in (corrected, arrived)
    )
    interval_rows(spark, index, 1).unionByName(
        interval_rows(spark, index - 1, 1).where("unit_id < 'UNIT0010'")
    ).createOrReplaceTempView("incoming")
    spark.sql(
        f"MERGE INTO {TABLE} t USING incoming s ON t.trading_date IN ({days}) AND t.trading_interval "
        f">= TIMESTAMP_NTZ '{corrected}' "
        "AND t.trading_date = s.trading_date AND t.trading_interval = s.trading_interval AND "
        "t.unit_id = s.unit_id "
        "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )


def set_aside_history(spark: SparkSession) -> list[dict[str, Any]]:
    """
    Takes all snapshots but the newest out of the table's metadata for now, oldest first: each commit copies
    those before it, which made a month take over half an hour.
    """
    aside: list[dict[str, Any]] = []

    def set_aside(metadata: dict[str, Any]) -> None:
        *older, newest = sorted(metadata["snapshots"], key=lambda snapshot: snapshot["sequence-number"])
        aside.extend(older)
        metadata.update({"snapshots": [newest], "snapshot-log": metadata["snapshot-log"][-1:]})

    change_metadata(spark, TABLE, set_aside)
    return aside


def give_history(spark: SparkSession, older: list[dict[str, Any]]) -> None:
    """
    Puts the snapshots back, dated as if a commit had been made every five minutes up to now: what upkeep
    keeps of a month depends on it. The log goes the same way, since Iceberg takes no dates that go back.
    """

    def give(metadata: dict[str, Any]) -> None:
        snapshots = [*older, *metadata["snapshots"]]
        for back, snapshot in enumerate(reversed(snapshots)):
            snapshot["timestamp-ms"] = metadata["last-updated-ms"] - FIVE_MINUTES_MS * back
        metadata.update(
            {
                "snapshots": snapshots,
                "snapshot-log": [
                    {key: snapshot[key] for key in ("snapshot-id", "timestamp-ms")} for snapshot in snapshots
                ],
            }
        )

    change_metadata(spark, TABLE, give)


def commits(spark: SparkSession, catalog: CatalogSpec, days: int) -> int:
    spark.sql(SILVER_DISPATCH.create_statement())
    history: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        add_writer(spark, catalog, folder)
        for first in range(0, days * INTERVALS_A_DAY, CORRECTED_EVERY):
            append_each(spark, first, CORRECTED_EVERY - 1)
            correct(spark, first + CORRECTED_EVERY - 1)
            history += set_aside_history(spark)
            if (first + CORRECTED_EVERY) % INTERVALS_A_DAY == 0:
                print(
                    f"  day {first // INTERVALS_A_DAY + 1} of {days} committed", file=sys.stderr, flush=True
                )
    give_history(spark, history)
    return days * INTERVALS_A_DAY


def fresh(spark: SparkSession) -> int:
    spark.table(TABLE).sortWithinPartitions("trading_date", "trading_interval").writeTo(FRESH).using(
        "iceberg"
    ).partitionedBy("trading_date").create()
    return 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["commits", "fresh"])
    parser.add_argument("--catalog", type=json.loads, required=True)
    parser.add_argument("--days", type=int, default=31)
    arguments = parser.parse_args()
    spark = start_application("simulated-month")
    catalog = CatalogSpec(**arguments.catalog)
    session = job_session(spark, catalog, records=UNITS if arguments.what == "commits" else 10_000_000)
    started = time.monotonic()
    count = commits(session, catalog, arguments.days) if arguments.what == "commits" else fresh(session)
    print(json.dumps({"commits": count, "seconds": round(time.monotonic() - started, 2)}))
    stop_application(spark)


if __name__ == "__main__":
    main()

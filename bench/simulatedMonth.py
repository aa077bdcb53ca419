"""
A table as a month of 5-minute commits leaves it: one small file each, and now and then a correction, which leaves a delete file
(`commits`); and the same rows written at once, as well as they can be (`fresh`).

Prints one JSON line: commits and seconds.
"""

import argparse
import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "spark"))

from pyspark.sql import DataFrame, SparkSession  # noqa: E402

from currents_spark.pipelines.nem.tables import SILVER_DISPATCH  # noqa: E402
from currents_spark.session import CATALOG, job_session, start_application, stop_application  # noqa: E402
from currents_spark.spec import CatalogSpec  # noqa: E402

UNITS = 500
INTERVALS_A_DAY = 288
# About as often as the market operator corrects an interval's telemetry.
CORRECTED_EVERY = 48
TABLE = f"{CATALOG}.{SILVER_DISPATCH.name}"
FRESH = f"{CATALOG}.nem.bench_fresh"


def interval_rows(spark: SparkSession, end: datetime) -> DataFrame:
    known = {
        "trading_interval": f"timestamp_ntz'{end}'", "interval_end_at": f"timestamp'{end - timedelta(hours=10)}Z'",
        "trading_date": f"date'{(end - timedelta(hours=4, minutes=5)).date()}'", "unit_id": "concat('UNIT', lpad(id, 4, '0'))",
        "power_mw": "round(rand() * 600, 3)", "station_name": "concat('Station ', id DIV 3)", "region_id": "element_at(array('NSW1', 'QLD1', 'SA1', 'TAS1', 'VIC1'), int(id % 5) + 1)",
        "fuel_type": "element_at(array('coal', 'gas', 'hydro', 'solar', 'wind', 'battery'), int(id % 6) + 1)", "dispatch_type": "'generator'", "capacity_mw": "600.0D",
        "source_file": f"'PUBLIC_DISPATCHSCADA_{end:%Y%m%d%H%M}.zip'", "ingested_at": "current_timestamp()", "source_line": "int(id)",
    }
    columns = [f"CAST({known.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in SILVER_DISPATCH.columns]
    return spark.range(0, UNITS, 1, 1).selectExpr(*columns)


def commit(spark: SparkSession, index: int, end: datetime) -> None:
    rows = interval_rows(spark, end)
    if index % CORRECTED_EVERY != CORRECTED_EVERY - 1:
        rows.writeTo(TABLE).append()
        return
    rows.unionByName(interval_rows(spark, end - timedelta(minutes=5)).where("unit_id < 'UNIT0010'")).createOrReplaceTempView("incoming")
    spark.sql(f"MERGE INTO {TABLE} t USING incoming s ON t.trading_date = s.trading_date AND t.trading_interval = s.trading_interval AND t.unit_id = s.unit_id "
              "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")


def commits(spark: SparkSession, days: int) -> int:
    spark.sql(SILVER_DISPATCH.create_statement())
    first = datetime(2026, 9, 1, 4, 5)
    for index in range(days * INTERVALS_A_DAY):
        commit(spark, index, first + timedelta(minutes=5 * index))
        if index % INTERVALS_A_DAY == INTERVALS_A_DAY - 1:
            print(f"  day {index // INTERVALS_A_DAY + 1} of {days} committed", file=sys.stderr, flush=True)
    return days * INTERVALS_A_DAY


def fresh(spark: SparkSession) -> int:
    spark.table(TABLE).sortWithinPartitions("trading_date", "trading_interval").writeTo(FRESH).using("iceberg").partitionedBy("trading_date").create()
    return 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["commits", "fresh"])
    parser.add_argument("--catalog", type=json.loads, required=True)
    parser.add_argument("--days", type=int, default=31)
    arguments = parser.parse_args()
    spark = start_application("simulated-month")
    session = job_session(spark, CatalogSpec(**arguments.catalog), records=UNITS if arguments.what == "commits" else 10_000_000)
    started = time.monotonic()
    count = commits(session, arguments.days) if arguments.what == "commits" else fresh(session)
    print(json.dumps({"commits": count, "seconds": round(time.monotonic() - started, 2)}))
    stop_application(spark)


if __name__ == "__main__":
    main()

"""
Bare Spark over the archives of a backfill: unpack and parse the zips of zips, write one Iceberg table. No
checks, no versions, no branch, no gates: what is left when all that Currents is for is taken away.

Prints one JSON line: rows and seconds from reading the first object to the end of the commit.
"""

import argparse
import csv
import io
import json
import sys
import time
import zipfile
from pathlib import Path
from typing import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "spark"))

from currents_spark.runner.session import start_application, job_session, stop_application  # noqa: E402
from currents_spark.runner.spec import CatalogSpec  # noqa: E402

COLUMNS = "trading_interval STRING, unit_id STRING, power_mw DOUBLE, last_changed STRING, source_file STRING"


def rows_of(archive: str) -> Iterator[tuple]:
    with zipfile.ZipFile(archive) as outer:
        for name in outer.namelist():
            with zipfile.ZipFile(io.BytesIO(outer.read(name))) as inner:
                text = inner.read(inner.namelist()[0]).decode("ascii")
            for row in csv.reader(io.StringIO(text)):
                if row[0] == "D":
                    yield row[4], row[5], float(row[6]), row[7], name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", type=Path, required=True)
    parser.add_argument("--warehouse", type=Path, required=True)
    arguments = parser.parse_args()
    spark = start_application(
        "bare-backfill", {"spark.driver.extraJavaOptions": "-XX:+UseSerialGC -Xss2m -Duser.timezone=UTC"}
    )
    session = job_session(
        spark, CatalogSpec(mode="hadoop", warehouse=str(arguments.warehouse)), records=10_000_000
    )
    session.sql("CREATE NAMESPACE IF NOT EXISTS lake.bare")
    started = time.monotonic()
    archives = [str(path) for path in sorted(arguments.archives.glob("*.zip"))]
    frame = session.createDataFrame(
        spark.sparkContext.parallelize(archives, len(archives)).flatMap(rows_of), COLUMNS
    )
    frame.selectExpr(
        "to_timestamp_ntz(trading_interval, 'yyyy/MM/dd HH:mm:ss') AS trading_interval",
        "unit_id",
        "power_mw",
        "last_changed",
        "source_file",
        "CAST(to_timestamp_ntz(trading_interval, 'yyyy/MM/dd HH:mm:ss') - INTERVAL 4 HOURS AS DATE) AS trading_date",
    ).writeTo("lake.bare.dispatch").create()
    seconds = time.monotonic() - started
    print(json.dumps({"rows": session.table("lake.bare.dispatch").count(), "seconds": round(seconds, 2)}))
    stop_application(spark)


if __name__ == "__main__":
    main()

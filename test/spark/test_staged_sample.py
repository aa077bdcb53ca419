"""What ingest and staging really write, of the same files: messages and Parquet objects make the same lake."""

import gzip
import json
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from conftest import REPOSITORY
from nem_lake import NemLake
from nem_messages import Record, checksum
from test_forms import contents

SAMPLE = REPOSITORY / "test" / "fixtures" / "staged"
DEAD_LETTERS = (
    "SELECT source_sha256, source_line, reason, rule, payload FROM lake.nem_ops.dead_letters ORDER BY ALL"
)


def staged_objects(lake: NemLake) -> list[dict[str, Any]]:
    paths = [*SAMPLE.glob("*.parquet"), *SAMPLE.glob("*.ndjson.gz")]
    return [
        {
            "uri": path.as_uri(),
            "topic": path.name.split("-")[0],
            "records": records_in(lake, path),
            "object_uri": "s3://lake/landing/day.zip",
            "checksum": checksum("day.zip"),
        }
        for path in paths
    ]


def records_in(lake: NemLake, path: Path) -> int:
    if path.suffix == ".parquet":
        return lake.session.read.parquet(path.as_uri()).count()
    return sum(1 for line in gzip.decompress(path.read_bytes()).split(b"\n") if line)


def test_messages_and_objects_of_the_same_files_make_the_same_lake(
    spark: SparkSession, tmp_path: Path
) -> None:
    live = NemLake(spark, tmp_path / "live")
    for line in (SAMPLE / "records.jsonl").read_text().splitlines():
        record = json.loads(line)
        live.log.send(record["topic"], [Record(record["value"].encode(), record["headers"])], partition=0)
    live.refine()
    staged = NemLake(spark, tmp_path / "staged")
    staged.refine_landing(staged_objects(staged))
    tables = contents(live)
    assert contents(staged) == tables
    assert all(tables[f"bronze_{name}"] for name in ("dispatch", "price", "region", "rooftop"))
    of_rows = [row for row in staged.values(DEAD_LETTERS) if row[1] is not None]
    assert of_rows == live.values(DEAD_LETTERS)
    assert {row[2] for row in of_rows} and not any(row[2] == "malformed_json" for row in of_rows)

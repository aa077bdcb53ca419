"""
Row messages of version 1 as ingest writes them today: typed messages with the file's coordinates in a header,
and Parquet objects.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.feed import Feed, FeedColumn
from currents_spark.engine.message import FILE_HEADER
from currents_spark.engine.staged_records import staged_columns
from currents_spark.pipelines.nem.definition import PIPELINE
from nem_messages import Record, checksum

_FILE = ("report", "table", "table_version", "source_file", "source_sha256", "file_id", "ingested_at")
_READ = {"double": float, "int": lambda text: int(float(text)), "string": str}


def typed(topic: str, message: bytes) -> Record:
    """The message as version 2 has it. Its texts must convert: ingest rejects what doesn't."""
    old = json.loads(message)
    known, extra = _values(PIPELINE.feed_of_topic[topic], old["values"])
    value = {"v": 2, "line": old["source_line"], "values": known, **({"extra": extra} if extra else {})}
    file = {**{name: old[name] for name in _FILE}, "missing_columns": old["missing_columns"]}
    header = {FILE_HEADER: json.dumps({**file, "header_at": _iso(old["header_at"])})}
    return Record(json.dumps(value).encode(), header)


def stage_typed(
    spark: SparkSession, folder: Path, topic: str, messages: Iterable[bytes], *, archive: str = "day.zip"
) -> dict[str, Any]:
    """One object of `params.landing`, made from messages of version 1."""
    rows = [_row(topic, json.loads(message)) for message in messages]
    return stage_columns(
        spark, folder, topic, staged_columns(PIPELINE, PIPELINE.feed_of_topic[topic]), rows, archive
    )


def stage_columns(
    spark: SparkSession,
    folder: Path,
    topic: str,
    columns: list[tuple[str, str]],
    rows: list[dict[str, Any]],
    archive: str = "day.zip",
) -> dict[str, Any]:
    """The same of given columns, so that an object can be wrong."""
    schema = ", ".join(f"`{name}` {kind}" for name, kind in columns)
    values = [tuple(row.get(name) for name, _ in columns) for row in rows]
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    made = folder / f"{archive}-{topic}"
    spark.createDataFrame(values, schema).coalesce(1).write.parquet(made.as_uri())
    path = folder / f"{made.name}.parquet"
    next(made.glob("part-*.parquet")).rename(path)
    return {
        "uri": path.as_uri(),
        "topic": topic,
        "records": len(rows),
        "object_uri": f"s3://lake/landing/{archive}",
        "checksum": checksum(archive),
    }


def _row(topic: str, old: dict[str, Any]) -> dict[str, Any]:
    known, extra = _values(PIPELINE.feed_of_topic[topic], old["values"])
    times = {
        name: value
        for name, kind in PIPELINE.field_types.items()
        if kind == "timestamp_ntz"
        if (value := known.get(name))
    }
    return {
        **known,
        **{name: datetime.fromisoformat(value) for name, value in times.items()},
        **{name: old[name] for name in _FILE},
        "ingested_at": datetime.fromisoformat(old["ingested_at"]),
        "header_at": datetime.fromisoformat(_iso(old["header_at"])),
        "source_line": old["source_line"],
        "extra": json.dumps(extra) if extra else None,
        "missing_columns": ",".join(old["missing_columns"]) or None,
    }


def _values(feed: Feed, texts: dict[str, str | None]) -> tuple[dict[str, Any], dict[str, str]]:
    time = FeedColumn(feed.time, PIPELINE.clock.column, "timestamp_ntz")
    columns = {column.source: column for column in (time, *feed.typed_columns)}
    known = {
        columns[source].name: _typed(columns[source], text)
        for source, text in texts.items()
        if source in columns and text
    }
    return known, {source: text for source, text in texts.items() if source not in columns and text}


def _typed(column: FeedColumn, text: str) -> Any:
    return _iso(text) if column.type == "timestamp_ntz" else _READ[column.type](text)


def _iso(stamp: str) -> str:
    """A report's stamp; what is none stays as it is."""
    return stamp.replace("/", "-").replace(" ", "T")

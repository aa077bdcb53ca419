"""Kafka records for tests, in the shape that Spark's Kafka source yields them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

RECORD_SCHEMA = (
    "topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, value BINARY, "
    "headers ARRAY<STRUCT<key: STRING, value: BINARY>>"
)
KAFKA_TIME = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def checksum(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def row_message(
    values: dict[str, Any],
    *,
    file: str = "a.zip",
    line: int = 3,
    header_at: str = "2025/12/27 00:00:13",
    file_id: str = "0000000495603158",
    **changes: Any,
) -> bytes:
    """A row message of contract version 1; `changes` replaces top-level fields."""
    message = {
        "v": 1,
        "report": "DISPATCHSCADA",
        "table": "DISPATCH.UNIT_SCADA",
        "table_version": 1,
        "source_file": file,
        "source_sha256": checksum(file),
        "source_line": line,
        "header_at": header_at,
        "file_id": file_id.zfill(20),
        "ingested_at": "2026-11-21T03:00:00.000Z",
        "missing_columns": [],
        "values": values,
    }
    return json.dumps({**message, **changes}).encode()


def scada(
    unit: str = "ARWF1",
    mw: str | None = "12.3",
    at: str = "2025/12/27 00:05:00",
    changed: str | None = None,
    **coordinates: Any,
) -> bytes:
    return row_message(
        {"SETTLEMENTDATE": at, "DUID": unit, "SCADAVALUE": mw, "LASTCHANGED": changed}, **coordinates
    )


def dead_letter_headers(
    reason: str = "scadavalue_not_a_number", file: str = "a.zip", line: int | None = 9
) -> dict[str, str]:
    headers = {
        "__connect.errors.topic": "nem_dispatch",
        "__connect.errors.partition": "-1",
        "__connect.errors.offset": "-1",
        "__connect.errors.exception.message": "expected a number, found NaN",
        "currents.reason": reason,
        "currents.rule": "scada_value_is_number",
        "currents.stage": "contract",
        "currents.source-file": file,
        "currents.source-sha256": checksum(file),
        "currents.first-seen-at": "2026-11-21T03:00:00.000Z",
    }
    return headers if line is None else {**headers, "currents.source-line": str(line)}


@dataclass(frozen=True)
class Record:
    """A value with headers of its own; `at`: Kafka's time of it."""

    value: bytes | None
    headers: dict[str, str]
    at: datetime = KAFKA_TIME


@dataclass
class Log:
    """
    Topics as a broker keeps them: append-only, offsets per partition; `ranges` since the last call makes a
    batch.
    """

    records: dict[tuple[str, int], list[Record]] = field(default_factory=dict)
    _taken: dict[tuple[str, int], int] = field(default_factory=dict)

    def send(
        self,
        topic: str,
        values: Iterable[bytes | None | Record],
        *,
        partition: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> "Log":
        for index, value in enumerate(values):
            slot = (topic, index % 3 if partition is None else partition)
            record = value if isinstance(value, Record) else Record(value, headers or {})
            self.records.setdefault(slot, []).append(record)
        return self

    def take(self) -> list[dict[str, Any]]:
        """Ranges from the last take to the end of each partition."""
        ranges = []
        for (topic, partition), records in sorted(self.records.items()):
            start = self._taken.get((topic, partition), 0)
            ranges.append({"topic": topic, "partition": partition, "start": start, "end": len(records)})
            self._taken[topic, partition] = len(records)
        return ranges

    def read(self, spark: SparkSession, ranges: Iterable[Any]) -> DataFrame:
        rows = [
            (
                item.topic,
                item.partition,
                offset,
                record.at,
                record.value,
                [(key, text.encode()) for key, text in record.headers.items()],
            )
            for item in ranges
            for offset, record in enumerate(self.records[item.topic, item.partition])
            if item.start <= offset < item.end
        ]
        return spark.createDataFrame(rows, RECORD_SCHEMA)

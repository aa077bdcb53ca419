"""The row message of ingest, contract version 1: one row of a file as received, and its position."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from currents_spark.engine.feed import Feed, OriginColumn, Rule
from currents_spark.engine.message import FIELDS, is_empty, value_of

CONTRACT_VERSION = 1
_SCHEMA = ", ".join(f"`{name}` {kind}" for name, kind in FIELDS)
_COORDINATES = ("source_file", "source_sha256", "source_line", "file_id")
_FIRST_SAMPLE = datetime(2000, 1, 1, 4, 5)


@dataclass(frozen=True)
class RowMessage:
    """
    `parse_stamp` reads the files' time stamps (SQL text), `stamp_format` writes them. `suffix` ends the names
    of columns that hold such stamps. `last_changed`: the field that says when the publisher changed a row.
    """

    parse_stamp: Callable[[str], str]
    stamp_format: str
    time_rule: str
    suffix: str
    last_changed: str

    @property
    def own_fields(self) -> tuple[str, ...]:
        return (self.last_changed,)

    @property
    def origin(self) -> tuple[OriginColumn, ...]:
        changed_at = self.parse_stamp(value_of(f"'{self.last_changed}'"))
        return (
            OriginColumn(self._changed, "timestamp_ntz", changed_at),
            OriginColumn(self._header, "timestamp_ntz", self.parse_stamp("message.header_at")),
            OriginColumn("file_id", "string", "message.file_id"),
            OriginColumn("source_file", "string", "message.source_file"),
            OriginColumn("source_sha256", "string", "source_sha256"),
            OriginColumn("source_line", "int", "source_line"),
            OriginColumn("table_version", "int", "message.table_version"),
            OriginColumn(
                "missing_columns",
                "array<string>",
                "coalesce(message.missing_columns, CAST(array() AS ARRAY<STRING>))",
            ),
        )

    @property
    def ingested_at(self) -> str:
        return "CAST(message.ingested_at AS TIMESTAMP)"

    @property
    def content(self) -> tuple[str, ...]:
        return (self._changed,)

    @property
    def ranks(self) -> tuple[tuple[str, str], ...]:
        return (
            (f"version_at_{self.suffix}", f"coalesce({self._changed}, {self._header})"),
            ("rank_header", self._header),
            ("rank_file", "lpad(file_id, 20, '0')"),
            ("rank_line", "source_line"),
        )

    @property
    def carried(self) -> tuple[str, ...]:
        origin = ("file_id", "source_line", "source_sha256", "source_file", "ingested_at")
        return (self._changed, self._header, *origin)

    @property
    def rules_before(self) -> tuple[Rule, ...]:
        missing = [
            *[f"message.{name} IS NULL" for name in _COORDINATES],
            f"{self.parse_stamp('message.header_at')} IS NULL",
            "try_cast(message.ingested_at AS TIMESTAMP) IS NULL",
        ]
        return (
            ("message IS NULL OR message.malformed IS NOT NULL", "'malformed_json'", "'json:row_message'"),
            (
                f"coalesce(message.v, -1) <> {CONTRACT_VERSION}",
                "'contract_version_unknown'",
                f"'contract_version:{CONTRACT_VERSION}'",
            ),
            (
                " OR ".join(missing),
                "'coordinates_missing'",
                f"'not_null:{','.join(_COORDINATES)},header_at,ingested_at'",
            ),
        )

    @property
    def rules_after(self) -> tuple[Rule, ...]:
        changed = value_of(f"'{self.last_changed}'")
        return (
            (
                f"NOT {is_empty(changed)} AND {self.parse_stamp(changed)} IS NULL",
                f"'{self.last_changed.lower()}_invalid'",
                f"'{self.time_rule}:{self.last_changed}'",
            ),
        )

    def parse(self, payload: str) -> str:
        """`malformed` holds the text when it is not JSON of this shape."""
        options = "map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', 'malformed')"
        return f"from_json({payload}, '{_SCHEMA}', {options})"

    def time(self, text: str) -> str:
        return self.parse_stamp(text)

    def sample(self, feed: Feed, number: int) -> dict[str, object]:
        stamp = (_FIRST_SAMPLE + number * timedelta(minutes=5)).strftime(self.stamp_format)
        values = {column.source: "WARM" if column.type == "string" else "0" for column in feed.columns}
        file = f"warm-up-{feed.topic}-{number}"
        return {
            "v": CONTRACT_VERSION,
            "source_file": file,
            "source_sha256": hashlib.sha256(file.encode()).hexdigest(),
            "source_line": 3,
            "header_at": stamp,
            "file_id": "0",
            "ingested_at": "2000-01-01T00:00:00Z",
            "missing_columns": [],
            "values": {**values, feed.time: stamp},
        }

    @property
    def _changed(self) -> str:
        return f"last_changed_at_{self.suffix}"

    @property
    def _header(self) -> str:
        return f"header_at_{self.suffix}"

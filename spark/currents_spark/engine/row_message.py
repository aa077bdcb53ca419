"""
The row message of ingest: one row of a file, and its position. Version 2 has typed values (see row_records).
Version 1, all texts as received, is still read: Kafka keeps a topic's records for fourteen days.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from currents_spark.engine.feed import Feed, FeedColumn, OriginColumn, Rule, Sample
from currents_spark.engine.message import FIELDS, FILE_HEADER, UTF8_RULE, is_empty, value_of
from currents_spark.sql_text import literal

TEXTS_VERSION, TYPED_VERSION = 1, 2
VERSION_RULE = f"contract_version:{TEXTS_VERSION},{TYPED_VERSION}"
_SCHEMA = ", ".join(f"`{name}` {kind}" for name, kind in FIELDS)
_COORDINATES = ("source_file", "source_sha256", "source_line", "file_id")
_FIRST_SAMPLE = datetime(2000, 1, 1, 4, 5)
_SAMPLES: dict[str, object] = {"string": "WARM", "boolean": True}

# Over the judged batch, whatever the form of the record was.
COORDINATES_RULE: Rule = (
    " OR ".join(f"{name} IS NULL" for name in (*_COORDINATES, "header_at", "ingested_at")),
    "'coordinates_missing'",
    f"'not_null:{','.join(_COORDINATES)},header_at,ingested_at'",
)


@dataclass(frozen=True)
class RowMessage:
    """
    `parse_stamp` reads the files' time stamps (SQL text), `stamp_format` writes them. `suffix` ends the names
    of columns that hold such stamps. `last_changed`: the field that says when the publisher changed a row,
    and `changed_comment` what it says of itself.
    """

    parse_stamp: Callable[[str], str]
    stamp_format: str
    time_rule: str
    suffix: str
    last_changed: str
    # Formats that differ in a comment alone are read by one expression.
    changed_comment: str = field(default="", compare=False)

    @property
    def is_typed(self) -> bool:
        return True

    @property
    def names_schemas(self) -> bool:
        """Ingest writes these topics, by the contracts of its own version."""
        return False

    @property
    def own_columns(self) -> tuple[FeedColumn, ...]:
        return (FeedColumn(self.last_changed, self._changed, "timestamp_ntz"),)

    @property
    def origin(self) -> tuple[OriginColumn, ...]:
        return (
            OriginColumn(self._changed, "timestamp_ntz", f"fields.{self._changed}", self.changed_comment),
            OriginColumn(
                self._header, "timestamp_ntz", "header_at", "When the file was made, by its first line"
            ),
            OriginColumn("file_id", "string", "file_id", "Id of the file, by its first line"),
            OriginColumn("source_file", "string", "source_file", "Name of the published file"),
            OriginColumn("source_sha256", "string", "source_sha256", "SHA-256 of the file as published"),
            OriginColumn("source_line", "int", "source_line", "Line of the file"),
            OriginColumn("table_version", "int", "table_version", "Version that the file gives its table"),
            OriginColumn(
                "missing_columns", "array<string>", "missing_columns", "Columns the file is without"
            ),
        )

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
        """A typed message without its header of the file's coordinates is read as texts, and ends here."""
        return (
            UTF8_RULE,
            ("message IS NULL OR message.malformed IS NOT NULL", "'malformed_json'", "'json:row_message'"),
            (
                f"coalesce(message.v, -1) NOT IN ({TEXTS_VERSION}, {TYPED_VERSION})",
                "'contract_version_unknown'",
                f"'{VERSION_RULE}'",
            ),
            COORDINATES_RULE,
        )

    @property
    def rules_after(self) -> tuple[Rule, ...]:
        changed = value_of(literal(self.last_changed))
        return (
            (
                f"NOT {is_empty(changed)} AND {self.parse_stamp(changed)} IS NULL",
                literal(f"{self.last_changed.lower()}_invalid"),
                literal(f"{self.time_rule}:{self.last_changed}"),
            ),
        )

    def parse(self, payload: str) -> str:
        """`malformed` holds the text when it is not JSON of this shape."""
        options = "map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', 'malformed')"
        return f"from_json({payload}, '{_SCHEMA}', {options})"

    def time(self, text: str) -> str:
        return self.parse_stamp(text)

    def ingested_at(self) -> str:
        return "try_cast(message.ingested_at AS TIMESTAMP)"

    def extra(self, known: str) -> str:
        """Typed messages leave empty texts out, so these do as well."""
        return f"map_filter(message.`values`, (name, text) -> name NOT IN ({known}) AND text <> '')"

    def sample(self, feed: Feed, time_column: str, number: int) -> Sample:
        at = (_FIRST_SAMPLE + number * timedelta(minutes=5)).isoformat()
        kinds = {**_SAMPLES, "timestamp_ntz": at, "timestamp": f"{at}Z"}
        values = {time_column: at, **{column.name: kinds.get(column.type, 0) for column in feed.columns}}
        return Sample(
            {"v": TYPED_VERSION, "line": 3, "values": values},
            {FILE_HEADER: json.dumps(_file_of(f"warm-up-{feed.topic}-{number}", at))},
        )

    @property
    def _changed(self) -> str:
        return f"last_changed_at_{self.suffix}"

    @property
    def _header(self) -> str:
        return f"header_at_{self.suffix}"


def _file_of(name: str, header_at: str) -> dict[str, object]:
    return {
        "source_file": name,
        "source_sha256": hashlib.sha256(name.encode()).hexdigest(),
        "table_version": 1,
        "header_at": header_at,
        "file_id": "0",
        "ingested_at": "2000-01-01T00:00:00Z",
        "missing_columns": [],
    }

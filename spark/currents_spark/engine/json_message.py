"""A plain JSON message: fields directly in the value, as a stream's producer writes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from currents_spark.engine.feed import Feed, OriginColumn, Rule
from currents_spark.engine.message import FIELDS

ISO, EPOCH_MS = "iso", "epoch_ms"
# A bare cast takes "2026" and "12:30" for times too.
_ISO_TEXT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
_EPOCH_TEXT = "^-?[0-9]{1,15}$"
_FIRST_SAMPLE = datetime(2000, 1, 1, tzinfo=UTC)
_SAMPLES = {"string": "WARM", "boolean": True}


@dataclass(frozen=True)
class JsonMessage:
    """
    `time_as`: ISO 8601 text (UTC where it gives no offset), or whole milliseconds since 1970. The newest
    record of a key is the one with the greatest offset: a producer that sends a key to one partition keeps
    their order.
    """

    time_as: str = ISO

    @property
    def time_rule(self) -> str:
        return "iso_timestamp" if self.time_as == ISO else "epoch_ms"

    @property
    def own_fields(self) -> tuple[str, ...]:
        return ()

    @property
    def origin(self) -> tuple[OriginColumn, ...]:
        return ()

    @property
    def ingested_at(self) -> str:
        """Kafka's own time of the record."""
        return "timestamp"

    @property
    def content(self) -> tuple[str, ...]:
        return ()

    @property
    def ranks(self) -> tuple[tuple[str, str], ...]:
        return (("rank_offset", "offset"), ("rank_partition", "partition"))

    @property
    def carried(self) -> tuple[str, ...]:
        return ("topic", "partition", "offset", "ingested_at")

    @property
    def rules_before(self) -> tuple[Rule, ...]:
        return (("message.`values` IS NULL", "'malformed_json'", "'json:object'"),)

    @property
    def rules_after(self) -> tuple[Rule, ...]:
        return ()

    def parse(self, payload: str) -> str:
        """Values become texts as they are written; a nested value stays JSON."""
        values = {"values": f"from_json({payload}, 'MAP<STRING, STRING>')"}
        fields = (f"'{name}', CAST({values.get(name, 'NULL')} AS {kind})" for name, kind in FIELDS)
        return f"named_struct({', '.join(fields)})"

    def time(self, text: str) -> str:
        if self.time_as == EPOCH_MS:
            return f"CASE WHEN {text} RLIKE '{_EPOCH_TEXT}' THEN timestamp_millis(CAST({text} AS BIGINT)) END"
        return f"CASE WHEN {text} RLIKE '{_ISO_TEXT}' THEN try_cast({text} AS TIMESTAMP) END"

    def sample(self, feed: Feed, number: int) -> dict[str, object]:
        at = _FIRST_SAMPLE + number * timedelta(hours=1)
        values: dict[str, object] = {column.source: _SAMPLES.get(column.type, 0) for column in feed.columns}
        return {**values, feed.time: at.isoformat() if self.time_as == ISO else int(at.timestamp() * 1000)}

"""A plain JSON message: fields directly in the value, as a stream's producer writes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from currents_spark.engine.contract import StreamContract
from currents_spark.engine.feed import Feed, FeedColumn, OriginColumn, Rule, Sample
from currents_spark.engine.message import FIELDS, UTF8_RULE

ISO, EPOCH_MS = "iso", "epoch_ms"
# Years 1900 to 9899: a clock gone wild must not end the job, since dates of other years have no literal that
# every reader takes. A bare cast takes "2026" and "12:30" for times too.
_ISO_TEXT = "^(19|[2-8][0-9]|9[0-8])[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
_EPOCH_TEXT = "^-?[0-9]{1,15}$"
_EPOCH_MS = " AND ".join(
    f"CAST({{text}} AS BIGINT) {comparison} {int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000}L"
    for comparison, year in ((">=", 1900), ("<", 9900))
)
_FIRST_SAMPLE = datetime(2000, 1, 1, tzinfo=UTC)
_SAMPLES = {"string": "WARM", "boolean": True}


@dataclass(frozen=True)
class JsonMessage:
    """
    `time_as`: ISO 8601 text (UTC where it gives no offset), or whole milliseconds since 1970. The newest
    record of a key is the one with the greatest offset: a producer that sends a key to one partition keeps
    their order. An event's time may lie `future_tolerance_s` after Kafka's time of its record, and
    `past_tolerance_s` before; None for no limit.
    """

    time_as: str = ISO
    future_tolerance_s: int | None = None
    past_tolerance_s: int | None = None

    @classmethod
    def of(cls, contract: StreamContract) -> "JsonMessage":
        """With the tolerances of the contract."""
        return cls(future_tolerance_s=contract.future_tolerance_s, past_tolerance_s=contract.past_tolerance_s)

    @property
    def is_typed(self) -> bool:
        """Others write these topics, so each record is judged by its texts."""
        return False

    @property
    def names_schemas(self) -> bool:
        return True

    @property
    def time_rule(self) -> str:
        return "iso_timestamp" if self.time_as == ISO else "epoch_ms"

    @property
    def own_columns(self) -> tuple[FeedColumn, ...]:
        return ()

    @property
    def origin(self) -> tuple[OriginColumn, ...]:
        return ()

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
        return (
            UTF8_RULE,
            ("message.`values` IS NULL", "'malformed_json'", "'json:object'"),
        )

    @property
    def rules_after(self) -> tuple[Rule, ...]:
        """A device whose clock is wrong by years must not make partitions of its own."""
        limits = (
            (self.future_tolerance_s, ">", "+", "_in_future", "not_after_record_plus"),
            (self.past_tolerance_s, "<", "-", "_too_old", "not_before_record_minus"),
        )
        return tuple(
            (
                f"event_time {comparison} timestamp {sign} INTERVAL {seconds} SECONDS",
                f"concat(lower(columns.time), '{ending}')",
                f"concat('{rule}_{seconds / 3600:g}h:', columns.time)",
            )
            for seconds, comparison, sign, ending, rule in limits
            if seconds is not None
        )

    def parse(self, payload: str) -> str:
        """
        Values become texts as they are written; a nested value stays JSON. Of a field that comes twice the last
        one counts, as for most readers of JSON: Spark alone would make a map with a key twice.
        """
        values = {"values": f"map_from_entries(map_entries(from_json({payload}, 'MAP<STRING, STRING>')))"}
        fields = (f"'{name}', CAST({values.get(name, 'NULL')} AS {kind})" for name, kind in FIELDS)
        return f"named_struct({', '.join(fields)})"

    def time(self, text: str) -> str:
        if self.time_as == EPOCH_MS:
            is_time = f"{text} RLIKE '{_EPOCH_TEXT}' AND {_EPOCH_MS.format(text=text)}"
            return f"CASE WHEN {is_time} THEN timestamp_millis(CAST({text} AS BIGINT)) END"
        return f"CASE WHEN {text} RLIKE '{_ISO_TEXT}' THEN try_cast({text} AS TIMESTAMP) END"

    def ingested_at(self) -> str:
        """Kafka's own time of the record."""
        return "timestamp"

    def extra(self, known: str) -> str:
        return f"map_filter(message.`values`, (name, text) -> name NOT IN ({known}))"

    def sample(self, feed: Feed, time_column: str, number: int) -> Sample:
        hours = number * timedelta(hours=1)
        at = _FIRST_SAMPLE + hours if self.past_tolerance_s is None else datetime.now(UTC) - hours
        values: dict[str, object] = {
            column.source: _SAMPLES.get(column.type, column.minimum or 0) for column in feed.columns
        }
        time = at.isoformat() if self.time_as == ISO else int(at.timestamp() * 1000)
        words = {source: texts[0] for source, texts in feed.allowed}
        return Sample({**values, **words, feed.time: time}, {})

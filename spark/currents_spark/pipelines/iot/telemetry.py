"""The one topic of telemetry and its clock: event times are instants, a partition is their UTC date."""

from currents_spark.engine.clock import Clock
from currents_spark.engine.contract_feeds import feeds_of
from currents_spark.engine.contract_documents import built_in
from currents_spark.engine.json_message import JsonMessage

CLOCK = Clock(
    column="event_at",
    type="timestamp",
    partition="event_date",
    date_of=lambda event_at: f"to_date({event_at})",
)

(TELEMETRY,) = feeds_of(built_in("iot"), CLOCK, JsonMessage.of)

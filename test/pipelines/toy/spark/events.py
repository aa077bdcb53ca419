"""The toy's one topic and its clock: event times are instants, a partition is their UTC date."""

from currents_spark.engine.clock import Clock
from currents_spark.engine.feed import OFFSET, Feed, columns_of
from currents_spark.engine.json_message import JsonMessage

CLOCK = Clock(
    column="event_at",
    type="timestamp",
    partition="event_date",
    date_of=lambda event_at: f"to_date({event_at})",
)

EVENTS = Feed(
    topic="toy_events",
    bronze="toy.bronze_events",
    time="event_at",
    keys=columns_of("device_id device_id string\nsequence sequence bigint"),
    measures=columns_of("temperature_c temperature_c double"),
    counted_as="toy.silver_events",
    message=JsonMessage(),
    required=("temperature_c",),
    identity=OFFSET,
)

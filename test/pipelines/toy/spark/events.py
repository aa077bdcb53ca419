"""The toy's one topic and its clock: event times are instants, a partition is their UTC date."""

from pathlib import Path

from currents_spark.engine.clock import Clock
from currents_spark.engine.contract_feeds import feeds_of
from currents_spark.engine.json_message import JsonMessage

CLOCK = Clock(
    column="event_at",
    type="timestamp",
    partition="event_date",
    date_of=lambda event_at: f"to_date({event_at})",
)

(EVENTS,) = feeds_of(Path(__file__).resolve().parents[1], CLOCK, lambda _: JsonMessage())

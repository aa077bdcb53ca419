"""
Toy pipeline for tests: events of devices, straight from a Kafka topic. No files, no grid of intervals; event
times come out of order and up to three days late.
"""

from currents_spark.engine.pipeline import Pipeline

from .events import CLOCK, EVENTS
from .silver import SILVER_EVENTS

PIPELINE = Pipeline(name="toy", clock=CLOCK, feeds=(EVENTS,), silver_tables=(SILVER_EVENTS,))

"""What is said of devices, and what is remembered of each for it."""

from currents_spark.engine.fold import state_table
from currents_spark.tables.table_definition import TableDefinition

# Of the device's newest record.
OF_DEVICE = (("device_type", "string"), ("building_id", "string"), ("is_simulated", "boolean"))
# In the order of anomalies.episode.Anomaly.
SAID = (
    ("anomaly_id", "string"),
    ("device_id", "string"),
    ("metric", "string"),
    ("detector", "string"),
    ("kind", "string"),
    ("severity", "string"),
    ("score", "double"),
    ("start_at", "timestamp"),
    ("end_at", "timestamp"),
    ("is_open", "boolean"),
    ("reason", "string"),
    ("evidence", "map<string,double>"),
)
_TYPES = dict((*SAID, *OF_DEVICE, ("event_date", "date"), ("run_id", "string")))
_COMMENTS = {
    "anomaly_id": "One anomaly: device, metric, detector and start",
    "device_id": "The device",
    "device_type": "What the device was when the row was written",
    "building_id": "The building that it stood in then",
    "metric": "Column of silver in which it was found; all for the whole device",
    "detector": "What found it: history, first_hours, standstill, battery or silence",
    "kind": "spike, level_shift, drift, vibration_pattern, stuck, battery_decline or silent",
    "severity": "low; medium from a score of 0.6, high from 0.7",
    "score": "0.5 where an alarm begins; nears 1",
    "start_at": "When it began, UTC; of a silence, when the device was last heard",
    "end_at": "When it ended, UTC; while it is open, the last time that it was written",
    "is_open": "Whether it goes on",
    "reason": "The reason in words",
    "evidence": "The numbers that the reason speaks of, by name",
    "is_simulated": "Whether a simulator made the device's newest values",
    "event_date": "UTC day of start_at; the table is partitioned by it",
    "run_id": "Run that wrote the row",
}

ANOMALIES = TableDefinition(
    "iot.anomalies",
    tuple((name, _TYPES[name]) for name in _COMMENTS),
    "event_date",
    tuple(_COMMENTS.items()),
)

ANOMALY_STATE = state_table(
    "iot.anomaly_state",
    "device_id",
    OF_DEVICE,
    (
        ("device_id", "The device"),
        ("device_type", "As its newest record says"),
        ("building_id", "As its newest record says"),
        ("is_simulated", "As its newest record says"),
        ("version", "Counts the states of the device; the greatest is the one that counts"),
        ("ask_at", "Silent from then on, if nothing is heard before; UTC"),
        ("state", "What the detectors remember of the device"),
        ("run_id", "Run that wrote the row"),
    ),
)

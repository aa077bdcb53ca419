"""A lake of the telemetry pipeline, and a message of one of its devices."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.pipelines.iot.definition import PIPELINE
from nem_messages import KAFKA_TIME, Record
from toy_lake import ToyLake

TOPIC = "iot-telemetry"


class IotLake(ToyLake):
    def __init__(self, spark: SparkSession, folder: Path) -> None:
        super().__init__(spark, folder, pipeline=PIPELINE)

    def send(self, *values: bytes | None, partition: int = 0) -> "IotLake":
        self.log.send(TOPIC, values, partition=partition)
        return self

    def send_at(self, sent_at: datetime, *values: bytes, partition: int = 0) -> "IotLake":
        """With Kafka's time of the records."""
        self.log.send(TOPIC, [Record(value, {}, sent_at) for value in values], partition=partition)
        return self


def at(**before: float) -> str:
    """A time before Kafka's time of the records, as devices write it."""
    return (KAFKA_TIME - timedelta(**before)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def telemetry(device: str = "pump-1", sequence: Any = 0, event_at: Any = None, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "device_id": device,
        "device_type": "pump",
        "building_id": "B1",
        "floor": -1,
        "zone": "plant-a",
        "event_at": at(seconds=1) if event_at is None else event_at,
        "sequence": sequence,
        "temperature_c": 41.5,
        "vibration_mm_per_s": 1.25,
        "power_w": 812.5,
        "power_factor": 0.82,
        "energy_kwh": 1042.125,
        "signal_dbm": -71,
        "is_simulated": True,
        **changes,
    }
    return json.dumps({name: value for name, value in values.items() if value is not None}).encode()

"""
What has been said of a device's open anomalies, kept before the detectors' state.

An anomaly that goes on is written again when it has become another, or has lasted twice as long: a row for
each batch would make a table that is rewritten all day.
"""

import json
from typing import NamedTuple

from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.device import Device
from currents_spark.pipelines.iot.anomalies.episode import Anomaly
from currents_spark.pipelines.iot.anomalies.silence import DETECTOR as SILENCE

LASTS_TIMES = 2.0
# The first samples of an anomaly double it again and again.
LASTS_MIN_S = 60.0


class Said(NamedTuple):
    kind: str
    severity: str
    lasted_s: float


class Told:
    """`said` by the id of each open anomaly."""

    def __init__(self, said: dict[str, Said]) -> None:
        self.said = said

    def worth_telling(self, anomalies: list[Anomaly]) -> list[Anomaly]:
        """Those to be written, of the ones that go on or have ended; remembers what it gives."""
        worth = [row for row in anomalies if not row.is_open or self._is_news(row)]
        for row in worth:
            if row.is_open:
                self.said[row.anomaly_id] = Said(row.kind, row.severity, _lasted_s(row))
            else:
                self.said.pop(row.anomaly_id, None)
        return worth

    def _is_news(self, row: Anomaly) -> bool:
        said = self.said.get(row.anomaly_id)
        if said is None or (said.kind, said.severity) != (row.kind, row.severity):
            return True
        return _lasted_s(row) >= LASTS_TIMES * max(said.lasted_s, LASTS_MIN_S / LASTS_TIMES)

    def save(self, device: Device) -> bytes:
        to = StateWriter()
        said = json.dumps(self.said).encode()
        to.numbers(float(len(said)))
        return bytes(to.bytes) + said + device.save()

    @classmethod
    def load(cls, device_id: str, state: bytes | None) -> tuple["Told", Device]:
        if state is None:
            return cls({}), Device(device_id)
        reader = StateReader(state)
        device_at = int(reader.numbers(1)[0]) + reader.at
        said = {name: Said(*values) for name, values in json.loads(state[reader.at : device_at]).items()}
        device = Device.load(device_id, state[device_at:])
        device.silence.is_told = any(f"|{SILENCE}|" in name for name in said)
        return cls(said), device


def _lasted_s(row: Anomaly) -> float:
    return (row.end_at - row.start_at).total_seconds()

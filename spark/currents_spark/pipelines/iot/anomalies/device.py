"""One device: its metrics, its rhythm, and its state as bytes."""

import math

from currents_spark.errors import AnomalyStateError
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.episode import Anomaly, Report, as_row
from currents_spark.pipelines.iot.anomalies.metric import BatteryMetric, Metric, class_for, is_register
from currents_spark.pipelines.iot.anomalies.silence import Silence
from currents_spark.pipelines.iot.anomalies.whole_device import ALL_METRICS, RUN_MIN, WholeDevice

STATE_VERSION = 1
# Single precision, in which records are kept, ends at 3.4e38.
VALUE_MAX = 1e30
# Of one metric, samples that come faster are passed over: nothing that is looked for changes within less.
SLOTS_PER_S = 4


class Device:
    def __init__(self, device_id: str) -> None:
        self.device_id = device_id
        self.metrics: dict[str, Metric | BatteryMetric] = {}
        self.last_s: dict[str, float] = {}
        self.silence, self.whole = Silence(), WholeDevice()
        # Of this batch, by id: a row that is written again replaces the earlier one.
        self.rows: dict[str, Anomaly] = {}

    def update(self, metric: str, at_s: float, value: float | None, arrived_s: float | None = None) -> float:
        """
        Takes in one sample and returns its score. Without effect are values that are absent or not finite,
        and samples that are not later than the metric's last one: late rows can't change what was said.

        `arrived_s`: when it was heard, by which a silence is told; its own time unless given. A device may
        keep its samples for an hour and then send them all.
        """
        if value is None or not abs(value) <= VALUE_MAX or _slot(at_s) <= self.last_slot(metric):
            return 0.0
        self._heard(at_s if arrived_s is None else arrived_s)
        self.last_s[metric] = at_s
        if is_register(metric):
            return 0.0
        watched = self.metrics.get(metric)
        if watched is None:
            watched = self.metrics[metric] = class_for(metric)()
        for report in watched.update(at_s, value):
            self._write(metric, report)
        if isinstance(watched, Metric):
            self._compare_metrics(at_s, watched)
        return watched.score

    def last_slot(self, metric: str) -> float:
        last_s = self.last_s.get(metric)
        return -math.inf if last_s is None else _slot(last_s)

    def _heard(self, at_s: float) -> None:
        report = self.silence.update(at_s)
        if report is not None:
            self._write(ALL_METRICS, report)

    def _compare_metrics(self, at_s: float, changed: Metric) -> None:
        if 1 < changed.standstill.run < RUN_MIN:
            return
        others = [metric.standstill for metric in self.metrics.values() if isinstance(metric, Metric)]
        report = self.whole.update(at_s, changed.standstill, others)
        if report is not None:
            self._write(ALL_METRICS, report)

    def _write(self, metric: str, report: Report) -> None:
        if "vibration" in metric and report.kind in ("level_shift", "drift"):
            report = report._replace(kind="vibration_pattern")
        row = as_row(self.device_id, metric, report)
        self.rows[row.anomaly_id] = row

    def finish(self, now_s: float | None) -> list[Anomaly]:
        """The batch's rows: those begun or ended in it, and those that go on, as they are now."""
        for name, metric in self.metrics.items():
            for report in metric.open_reports():
                self._write(name, report)
        silent = self.silence.at(now_s) if now_s is not None else None
        for report in (self.whole.open_report(), silent):
            if report is not None:
                self._write(ALL_METRICS, report)
        return list(self.rows.values())

    def save(self) -> bytes:
        to = StateWriter()
        to.counts(bytearray([STATE_VERSION]))
        to.numbers(float(len(self.last_s)))
        for name, last_s in self.last_s.items():
            to.text(name)
            to.numbers(last_s)
            if name in self.metrics:
                self.metrics[name].save(to)
        self.silence.save(to)
        self.whole.save(to)
        return bytes(to.bytes)

    @classmethod
    def load(cls, device_id: str, state: bytes) -> "Device":
        reader = StateReader(state)
        version = reader.counts()[:1]
        if version != bytes([STATE_VERSION]):
            raise AnomalyStateError(
                f"expected anomaly state of version {STATE_VERSION}, found {list(version)}: device {device_id}"
            )
        device = cls(device_id)
        for _ in range(int(reader.numbers(1)[0])):
            name = reader.text()
            (device.last_s[name],) = reader.numbers(1)
            if not is_register(name):
                device.metrics[name] = class_for(name).load(reader)
        device.silence, device.whole = Silence.load(reader), WholeDevice.load(reader)
        return device


def _slot(at_s: float) -> int:
    return math.floor(at_s * SLOTS_PER_S)

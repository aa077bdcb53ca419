"""All that is watched in one metric of one device."""

from currents_spark.pipelines.iot.anomalies.battery import Battery
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.episode import Report
from currents_spark.pipelines.iot.anomalies.first_hours import LASTS_UNITS, FirstHours
from currents_spark.pipelines.iot.anomalies.learned import History
from currents_spark.pipelines.iot.anomalies.standstill import Standstill


class Metric:
    """`score` is that of the newest sample, in [0, 1]: 0.5 or more where an anomaly begins."""

    __slots__ = ("history", "standstill", "first_hours", "score")

    def __init__(self) -> None:
        self.history, self.standstill, self.score = History(), Standstill(), 0.0
        self.first_hours: FirstHours | None = FirstHours()

    def update(self, at_s: float, value: float) -> list[Report]:
        reports = []
        for report in (self.standstill.update(at_s, value), self.history.update(at_s, value)):
            if report is not None:
                reports.append(report)
        if self.first_hours is not None:
            reports += self._first(at_s, value)
        self.score = self.history.score
        for report in reports:
            if report.is_open:
                self.score = max(self.score, report.episode.score)
        return reports

    def _first(self, at_s: float, value: float) -> list[Report]:
        if self.history.surprise.clock < LASTS_UNITS:
            return self.first_hours.update(at_s, value)
        ended = self.first_hours.end()
        self.first_hours = None
        return [ended] if ended else []

    def open_reports(self) -> list[Report]:
        """The anomalies that go on, as of the newest sample."""
        watched = [self.history, self.standstill, *([self.first_hours] if self.first_hours else [])]
        return [report for each in watched if (report := each.open_report())]

    def save(self, to: StateWriter) -> None:
        to.numbers(0.0 if self.first_hours is None else 1.0)
        if self.first_hours is not None:
            self.first_hours.save(to)
        self.history.save(to)
        self.standstill.save(to)

    @classmethod
    def load(cls, state: StateReader) -> "Metric":
        metric = cls.__new__(cls)
        metric.first_hours = FirstHours.load(state) if state.numbers(1)[0] else None
        metric.history, metric.standstill = History.load(state), Standstill.load(state)
        metric.score = 0.0
        return metric


class BatteryMetric:
    """A battery's charge: it only falls, in small steps, so that history and standstill say nothing of it."""

    __slots__ = ("battery", "score")

    def __init__(self) -> None:
        self.battery, self.score = Battery(), 0.0

    def update(self, at_s: float, value: float) -> list[Report]:
        report = self.battery.update(at_s, value)
        self.score = report.episode.score if report and report.is_open else 0.0
        return [report] if report else []

    def open_reports(self) -> list[Report]:
        report = self.battery.open_report()
        return [report] if report else []

    def save(self, to: StateWriter) -> None:
        self.battery.save(to)

    @classmethod
    def load(cls, state: StateReader) -> "BatteryMetric":
        metric = cls()
        metric.battery = Battery.load(state)
        return metric


def class_for(name: str) -> type[Metric] | type[BatteryMetric]:
    return BatteryMetric if "battery" in name else Metric


def is_register(name: str) -> bool:
    """A register of energy only grows: each of its values is a record, and its rate is the power."""
    return "energy" in name

"""What detectors have in common: at most one anomaly at a time, which is told until it has ended."""

from abc import ABC, abstractmethod

from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report


class Detector(ABC):
    __slots__ = ("episode",)

    def __init__(self) -> None:
        self.episode: Episode | None = None

    @abstractmethod
    def report(self, is_open: bool) -> Report:
        """What is said of the episode, which must be there."""

    def open_report(self) -> Report | None:
        """The anomaly that goes on, as of the newest sample."""
        return None if self.episode is None else self.report(is_open=True)

    def end(self) -> Report | None:
        """A report if there was an anomaly."""
        if self.episode is None:
            return None
        ended = self.report(is_open=False)
        self.episode = None
        return ended

    def save_episode(self, to: StateWriter) -> None:
        to.numbers(0.0 if self.episode is None else 1.0)
        if self.episode is not None:
            self.episode.save(to)

    def load_episode(self, state: StateReader) -> None:
        self.episode = Episode.load(state) if state.numbers(1)[0] else None

"""A device of which no metric changes any more: each alone may stand still by nature, all of them do not."""

from currents_spark.pipelines.iot.anomalies import words
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.detector import Detector
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report, score_of
from currents_spark.pipelines.iot.anomalies.standstill import DETECTOR, UNLIKELY, Standstill

ALL_METRICS = "all"
RUN_MIN = 30
METRICS_MIN = 3


class WholeDevice(Detector):
    __slots__ = ()

    def update(self, at_s: float, changed: Standstill, metrics: list[Standstill]) -> Report | None:
        """`changed` is the metric of the newest sample, `metrics` all of the device."""
        if changed.run >= RUN_MIN:
            return self._still(at_s, metrics)
        return self.end() if changed.run == 1 else None

    def _still(self, at_s: float, metrics: list[Standstill]) -> Report | None:
        if self.episode is not None:
            self.episode.end_s = at_s
            return None
        if len(metrics) < METRICS_MIN or any(metric.run < RUN_MIN for metric in metrics):
            return None
        strength = sum(metric.unlikeliness() for metric in metrics)
        if strength < UNLIKELY:
            return None
        since_s = max(metric.started_s for metric in metrics)
        score = score_of(strength / UNLIKELY)
        self.episode = Episode(
            since_s, at_s, score, 0.0, 0.0, 0.0, strength=strength, extra=float(len(metrics))
        )
        return self.report(is_open=True)

    def report(self, is_open: bool) -> Report:
        episode = self.episode
        lasted_s = episode.end_s - episode.start_s
        reason = f"none of {episode.extra:.0f} metrics has changed for {words.span(lasted_s)}"
        evidence = {"metrics": episode.extra, "unlikeliness": episode.strength}
        return Report(DETECTOR, "stuck", episode, is_open, reason, evidence)

    def save(self, to: StateWriter) -> None:
        self.save_episode(to)

    @classmethod
    def load(cls, state: StateReader) -> "WholeDevice":
        whole = cls()
        whole.load_episode(state)
        return whole

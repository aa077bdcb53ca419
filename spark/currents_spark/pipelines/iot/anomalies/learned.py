"""Against the device's own history: spikes, shifts of the level, drifts and changed patterns of one metric."""

from currents_spark.pipelines.iot.anomalies import settings, words
from currents_spark.pipelines.iot.anomalies.alarms import SCORE_ALARM, Alarms, scored
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.detector import Detector
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report
from currents_spark.pipelines.iot.anomalies.surprise import ALL_NAMES, Finding, Surprise

DETECTOR = "history"
# The mean that tells the level before: of an hour or so.
BEFORE = settings.SCALES.index(16.0)
TELLING = {
    "level": "the level {side} its own history",
    "change": "the change of level {side} its own history",
    "step": "the step between two samples {side} its own history",
    "off_season": "the distance from what is usual at this time {side} its own history",
    "variability": "the variability {side} its own history",
}


class History(Detector):
    """The detector that learns; `score` is that of the newest sample."""

    __slots__ = ("surprise", "alarms", "score")

    def __init__(self) -> None:
        super().__init__()
        self.surprise, self.alarms, self.score = Surprise(), Alarms(), 0.0

    def update(self, at_s: float, value: float) -> Report | None:
        """Takes in a sample; a report when an anomaly begins or has ended."""
        before = self.surprise.features.means[BEFORE]
        finding = self.surprise.update(at_s, value)
        clock = self.surprise.clock
        self.score = self.alarms.score(finding.surprise, clock)
        if self.episode is not None:
            return self._go_on(at_s, value, finding, clock)
        if self.score >= SCORE_ALARM:
            self.episode = Episode(at_s, at_s, 0.0, 0.0, 0.0, 0.0, samples=0.0, extra=before)
            self._grow(self.episode, at_s, value, finding, clock)
            return self.report(is_open=True)
        return None

    def _go_on(self, at_s: float, value: float, finding: Finding, clock: float) -> Report | None:
        episode = self.episode
        if finding.surprise >= settings.SURPRISE_HOLDS:
            self._grow(episode, at_s, value, finding, clock)
            return None
        episode.samples += self._is_away(episode, value)
        if clock - episode.last_clock <= settings.ENDS_AFTER_UNITS:
            return None
        return self.end()

    def _grow(self, episode: Episode, at_s: float, value: float, finding: Finding, clock: float) -> None:
        episode.end_s, episode.last_clock = at_s, clock
        episode.more = max(episode.more, float(finding.is_sudden))
        if finding.surprise > episode.strength:
            features = self.surprise.features
            episode.score, episode.strength = scored(finding.surprise), finding.surprise
            episode.feature, episode.side = float(finding.feature), 1.0 if finding.is_high else -1.0
            episode.value, episode.usual, episode.spread = value, features.centre, features.spread
        episode.samples += self._is_away(episode, value)

    @staticmethod
    def _is_away(episode: Episode, value: float) -> bool:
        """More than half as far from the level before as at the worst."""
        worst = episode.value - episode.extra
        return abs(value - episode.extra) > abs(worst) / 2 and (value > episode.extra) == (worst > 0)

    def _kind(self, word: str, scale: float) -> str:
        episode = self.episode
        if word == "variability":
            return "vibration_pattern"
        if episode.more and episode.samples <= settings.SPIKE_SAMPLES_MAX:
            return "spike"
        return "drift" if not episode.more and scale >= settings.DRIFT_SCALE_MIN else "level_shift"

    def report(self, is_open: bool) -> Report:
        episode = self.episode
        word, scale = ALL_NAMES[int(episode.feature)].rsplit("_", 1)
        kind = self._kind(word, float(scale))
        period_s = 10.0**episode.strength * settings.UNIT_S
        is_at_most = episode.strength >= settings.SURPRISE_MAX
        side = "is above" if episode.side > 0 else "is below"
        reason = (
            f"{TELLING[word].format(side=side)}: {words.number(episode.value)}, usually "
            f"{words.number(episode.usual)} ± {words.number(episode.spread)}; "
            f"expected {'less than ' if is_at_most else ''}once in {words.span(period_s)}"
        )
        evidence = {
            "value": episode.value,
            "usual": episode.usual,
            "spread": episode.spread,
            "return_period_days": period_s / words.DAY_S,
            "samples_away": episode.samples,
        }
        return Report(DETECTOR, kind, episode, is_open, reason, evidence)

    def save(self, to: StateWriter) -> None:
        self.surprise.save(to)
        self.alarms.save(to)
        self.save_episode(to)

    @classmethod
    def load(cls, state: StateReader) -> "History":
        history = cls.__new__(cls)
        history.surprise, history.alarms = Surprise.load(state), Alarms.load(state)
        history.load_episode(state)
        history.score = 0.0
        return history

"""
While a device has too little history for records: only what is far outside its last samples (a Hampel filter),
or far from where it began.
"""

from array import array

from currents_spark.pipelines.iot.anomalies import settings, words
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.detector import Detector
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report, score_of

DETECTOR = "first_hours"
# Until the records of every feature are full.
LASTS_UNITS = settings.RECORDS * settings.FIRST_PEAK_UNITS
RECENT = 32
SAMPLES_MIN = 12
# Of the median distance from the median, made comparable with a standard deviation.
SIGMAS, SIGMA_OF_MEDIAN = 8.0, 1.4826
# And of the median itself: of a steady sensor the spread is the last digit.
SHARE_OF_LEVEL = 0.05
# Samples outside that make a shift of a spike, and samples inside that end it.
SHIFT_SAMPLES, INSIDE_SAMPLES = 8, 8
DRIFT_SHARE_OF_LEVEL = 0.1
DRIFT_SAMPLES = 8
# Within an hour a building begins its day, and all its values move.
DRIFT_LASTS_S = 600.0


class FirstHours(Detector):
    __slots__ = ("recent", "start", "started_s", "inside", "has_drifted")

    def __init__(self) -> None:
        super().__init__()
        self.recent, self.start = array("f"), array("f")
        self.started_s, self.inside, self.has_drifted = 0.0, 0, False

    def update(self, at_s: float, value: float) -> list[Report]:
        if not self.recent:
            self.started_s = at_s
        reports = [report for report in (self._outlier(at_s, value), self._drifted(at_s, value)) if report]
        self.recent.append(value)
        if len(self.recent) > RECENT:
            self.recent.pop(0)
        if len(self.start) < SAMPLES_MIN:
            self.start.append(value)
        return reports

    def _outlier(self, at_s: float, value: float) -> Report | None:
        if len(self.recent) < SAMPLES_MIN:
            return None
        usual, spread = middle(self.recent)
        limit = SIGMAS * spread + SHARE_OF_LEVEL * abs(usual)
        is_outside = spread > 0.0 and abs(value - usual) > limit
        if self.episode is None:
            return self._begin(at_s, value, usual, spread, limit) if is_outside else None
        self.inside = 0 if is_outside else self.inside + 1
        if is_outside:
            self.episode.end_s = at_s
            self.episode.samples += 1
        return self.end() if self.inside >= INSIDE_SAMPLES else None

    def _begin(self, at_s: float, value: float, usual: float, spread: float, limit: float) -> Report:
        times = abs(value - usual) / limit
        self.inside = 0
        self.episode = Episode(at_s, at_s, score_of(times), value, usual, spread, strength=times)
        return self.report(is_open=True)

    def _drifted(self, at_s: float, value: float) -> Report | None:
        """Slowly away from the first samples: no single one of them is an outlier."""
        if self.has_drifted or self.episode or at_s - self.started_s > DRIFT_LASTS_S:
            return None
        if len(self.recent) < RECENT:
            return None
        usual, spread = middle(self.start)
        latest = sum(self.recent[-DRIFT_SAMPLES:]) / DRIFT_SAMPLES
        limit = SIGMAS * spread + DRIFT_SHARE_OF_LEVEL * abs(usual)
        if spread == 0.0 or abs(latest - usual) <= limit:
            return None
        self.has_drifted = True
        times = abs(latest - usual) / limit
        drift = Episode(self.started_s, at_s, score_of(times), latest, usual, spread, strength=times)
        return Report(DETECTOR, "drift", drift, False, _drift_reason(drift), _evidence(drift))

    def report(self, is_open: bool) -> Report:
        episode = self.episode
        kind = "level_shift" if episode.samples >= SHIFT_SAMPLES else "spike"
        reason = (
            f"{words.number(episode.value)} is far from the last samples' {words.number(episode.usual)} ± "
            f"{words.number(episode.spread)}; the device has little history yet"
        )
        return Report(DETECTOR, kind, episode, is_open, reason, _evidence(episode))

    def save(self, to: StateWriter) -> None:
        to.floats(self.recent)
        to.floats(self.start)
        to.numbers(self.started_s, float(self.inside), float(self.has_drifted))
        self.save_episode(to)

    @classmethod
    def load(cls, state: StateReader) -> "FirstHours":
        first = cls()
        first.recent, first.start = state.floats(), state.floats()
        first.started_s, inside, has_drifted = state.numbers(3)
        first.inside, first.has_drifted = int(inside), bool(has_drifted)
        first.load_episode(state)
        return first


def middle(values: "array[float]") -> tuple[float, float]:
    """Median, and the median distance from it as a standard deviation."""
    half = len(values) // 2
    median = sorted(values)[half]
    distance = sorted(abs(value - median) for value in values)[half]
    return median, SIGMA_OF_MEDIAN * distance


def _drift_reason(drift: Episode) -> str:
    return (
        f"moved from {words.number(drift.usual)} to {words.number(drift.value)} within "
        f"{words.span(drift.end_s - drift.start_s)} of its first sample"
    )


def _evidence(episode: Episode) -> dict[str, float]:
    return {
        "value": episode.value,
        "usual": episode.usual,
        "spread": episode.spread,
        "times_the_limit": episode.strength,
        "samples_outside": episode.samples,
    }

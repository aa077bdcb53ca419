"""A device that is silent for longer than its own rhythm explains."""

from currents_spark.pipelines.iot.anomalies import words
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report, score_of

DETECTOR = "silence"
KIND = "silent"
SAMPLES_MIN = 4
MEMORY_SAMPLES = 500
MEAN_TIMES, LONGEST_TIMES = 8.0, 2.0
SILENT_MIN_S = 30.0


class Silence:
    """`is_told`: it was said to be silent, so that the end has to be said too."""

    __slots__ = ("last_s", "samples", "mean_s", "longest_s", "is_told")

    def __init__(self) -> None:
        self.is_told = False
        self.last_s, self.samples, self.mean_s, self.longest_s = 0.0, 0, 0.0, 0.0

    def limit_s(self) -> float:
        return max(MEAN_TIMES * self.mean_s, LONGEST_TIMES * self.longest_s, SILENT_MIN_S)

    def update(self, at_s: float) -> Report | None:
        """Takes in that the device was heard; a report if it had been silent. Several metrics are one time."""
        if self.samples and at_s <= self.last_s:
            return None
        ended = self.at(at_s, is_open=False) if self.samples else None
        if self.samples:
            # A silence may lengthen the rhythm, but by no more than its limit.
            gap_s = min(at_s - self.last_s, self.limit_s()) if ended else at_s - self.last_s
            self.longest_s = max(self.longest_s, gap_s)
            self.mean_s += max(1.0 / self.samples, 1.0 / MEMORY_SAMPLES) * (gap_s - self.mean_s)
        self.last_s = at_s
        self.samples += 1
        self.is_told = False
        return ended

    def at(self, now_s: float, is_open: bool = True) -> Report | None:
        """The silence as of a time, if it is one."""
        gap_s, limit_s = now_s - self.last_s, self.limit_s()
        if self.samples < SAMPLES_MIN or (gap_s <= limit_s and (is_open or not self.is_told)):
            return None
        times = gap_s / limit_s
        episode = Episode(self.last_s, now_s, score_of(times), gap_s, self.mean_s, 0.0, strength=times)
        reason = (
            f"silent for {words.span(gap_s)}; it usually reports every {words.span(self.mean_s)}, "
            f"and never paused for more than {words.span(self.longest_s)}"
        )
        evidence = {"silent_s": gap_s, "usual_s": self.mean_s, "longest_pause_s": self.longest_s}
        return Report(DETECTOR, KIND, episode, is_open, reason, evidence)

    def due_s(self, now_s: float) -> float | None:
        """
        When to ask, if nothing is heard until then: at the limit, and of a silence each time that it has
        lasted twice as long. None while the rhythm isn't known.
        """
        if self.samples < SAMPLES_MIN:
            return None
        return self.last_s + max(self.limit_s(), 2.0 * (now_s - self.last_s) if self.at(now_s) else 0.0)

    def save(self, to: StateWriter) -> None:
        to.numbers(self.last_s, float(self.samples), self.mean_s, self.longest_s)

    @classmethod
    def load(cls, state: StateReader) -> "Silence":
        silence = cls()
        silence.last_s, samples, silence.mean_s, silence.longest_s = state.numbers(4)
        silence.samples = int(samples)
        return silence

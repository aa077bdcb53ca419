"""A sensor that is stuck: one value for so long that its own rate of change makes that unlikely."""

import math

from currents_spark.pipelines.iot.anomalies import words
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.detector import Detector
from currents_spark.pipelines.iot.anomalies.episode import Episode, Report, score_of

DETECTOR = "standstill"
# Log10 of how unlikely the run is, if each sample changes by its usual chance.
UNLIKELY = 8.0
RUN_MIN = 12
# Against values that stay for long by nature: a run must be this many times the longest one before.
LONGEST_TIMES = 3
# A metric may be constant by nature: it must have changed so often.
CHANGES_MIN = 10
MEMORY_SAMPLES = 2000.0
# A device seen for the first time is taken for one that changes in every fourth sample.
FIRST_CHANCE, FIRST_SAMPLES = 0.25, 4.0
CHANCE_MAX = 0.98


class Standstill(Detector):
    __slots__ = ("value", "run", "started_s", "samples", "changes", "chance", "longest")

    def __init__(self) -> None:
        super().__init__()
        self.value, self.started_s = math.nan, 0.0
        self.run, self.samples, self.changes, self.longest = 0, 0, 0, 0
        self.chance = FIRST_CHANCE

    def update(self, at_s: float, value: float) -> Report | None:
        self.samples += 1
        if value == self.value:
            self.run += 1
            return self._stuck(at_s)
        ended = self.end()
        self._learn()
        self.value, self.run, self.started_s = value, 1, at_s
        return ended

    def unlikeliness(self) -> float:
        """The chance is that from before the run: a run must not make itself likely."""
        return -self.run * math.log10(1.0 - min(self.chance, CHANCE_MAX))

    def _stuck(self, at_s: float) -> Report | None:
        if self.episode is not None:
            self.episode.end_s = at_s
            self._rate(self.episode)
            return None
        if self.run < RUN_MIN or self.run <= LONGEST_TIMES * self.longest or self.changes < CHANGES_MIN:
            return None
        if self.unlikeliness() < UNLIKELY:
            return None
        self.episode = Episode(self.started_s, at_s, 0.0, self.value, self.value, 0.0)
        self._rate(self.episode)
        return self.report(is_open=True)

    def _rate(self, episode: Episode) -> None:
        episode.samples, episode.strength = float(self.run), self.unlikeliness()
        episode.score = score_of(episode.strength / UNLIKELY)
        episode.extra = float(self.longest)

    def _learn(self) -> None:
        """At the end of a run: one change in so many samples."""
        if self.run == 0:
            return
        self.changes += 1
        # A fault may raise the norm, but by no more than a factor.
        self.longest = max(self.longest, min(self.run, 2 * self.longest + RUN_MIN))
        share = min(1.0, self.run / min(self.samples + FIRST_SAMPLES, MEMORY_SAMPLES))
        self.chance += share * (1.0 / self.run - self.chance)

    def report(self, is_open: bool) -> Report:
        episode = self.episode
        lasted_s = episode.end_s - episode.start_s
        reason = (
            f"stuck at {words.number(episode.value)} for {words.span(lasted_s)}, {episode.samples:.0f} samples; "
            f"before, the longest such run had {episode.extra:.0f}"
        )
        evidence = {
            "value": episode.value,
            "samples": episode.samples,
            "longest_run_before": episode.extra,
            "chance_of_change": self.chance,
        }
        return Report(DETECTOR, "stuck", episode, is_open, reason, evidence)

    def save(self, to: StateWriter) -> None:
        counts = (self.run, self.samples, self.changes, self.longest)
        to.numbers(self.value, self.started_s, self.chance, *map(float, counts))
        self.save_episode(to)

    @classmethod
    def load(cls, state: StateReader) -> "Standstill":
        standstill = cls()
        standstill.value, standstill.started_s, standstill.chance, *counts = state.numbers(7)
        standstill.run, standstill.samples, standstill.changes, standstill.longest = map(int, counts)
        standstill.load_episode(state)
        return standstill

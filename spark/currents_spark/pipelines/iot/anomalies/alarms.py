"""When surprise becomes an alarm: at its beginning once, and harder for a device that has alarmed often."""

import math

from currents_spark.pipelines.iot.anomalies import settings
from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter
from currents_spark.pipelines.iot.anomalies.episode import score_of

# Score of a sample whose surprise is just enough for an alarm.
SCORE_ALARM = 0.5
# A sample that continues an alarm, or is surprising while alarms are raised, stays below an alarm's score.
SCORE_HELD_MAX = 0.49


class Alarms:
    __slots__ = ("raised", "raised_at", "seen", "seen_at", "alarmed_at")

    def __init__(self) -> None:
        self.raised, self.raised_at, self.seen, self.seen_at = 0.0, 0.0, 0.0, 0.0
        self.alarmed_at = -math.inf

    def score(self, surprise: float, clock: float) -> float:
        """In [0, 1]; SCORE_ALARM or more at the sample that begins an alarm, and less at all others."""
        if surprise < settings.SURPRISE_ALARM:
            return min(SCORE_HELD_MAX, scored(surprise))
        raised = self.raised * math.exp((self.raised_at - clock) / settings.RAISED_UNITS)
        seen = self.seen * math.exp((self.seen_at - clock) / settings.SEEN_UNITS)
        is_new = clock - self.alarmed_at > settings.QUIET_AFTER_ALARM_UNITS
        is_alarm = is_new and surprise >= settings.SURPRISE_ALARM + raised and surprise >= seen
        if is_alarm:
            self.raised, self.raised_at = raised + settings.ALARM_RAISES, clock
            self.alarmed_at = clock
        if surprise > seen and clock - self.alarmed_at <= settings.SEEN_AFTER_ALARM_UNITS:
            self.seen, self.seen_at = surprise, clock
        return scored(surprise - raised) if is_alarm else min(SCORE_HELD_MAX, scored(surprise))

    def save(self, to: StateWriter) -> None:
        to.numbers(self.raised, self.raised_at, self.seen, self.seen_at, self.alarmed_at)

    @classmethod
    def load(cls, state: StateReader) -> "Alarms":
        alarms = cls()
        alarms.raised, alarms.raised_at, alarms.seen, alarms.seen_at, alarms.alarmed_at = state.numbers(5)
        return alarms


def scored(surprise: float) -> float:
    """0 without surprise, and SCORE_ALARM at an alarm."""
    return score_of(max(0.0, surprise) / settings.SURPRISE_ALARM)

"""An anomaly while it lasts, and as a row."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import NamedTuple

from currents_spark.pipelines.iot.anomalies.codec import StateReader, StateWriter

SEVERITIES = ((0.7, "high"), (0.6, "medium"), (0.0, "low"))


class Anomaly(NamedTuple):
    """
    One row. It is written again when it grows or ends: the last row of an `anomaly_id` counts. `evidence` has
    the numbers that the reason speaks of.
    """

    anomaly_id: str
    device_id: str
    metric: str
    detector: str
    kind: str
    severity: str
    score: float
    start_at: datetime
    end_at: datetime
    is_open: bool
    reason: str
    evidence: dict[str, float]


@dataclass(slots=True)
class Episode:
    """What an open anomaly must remember. All numbers, so that any detector's episode is stored alike."""

    start_s: float
    end_s: float
    score: float
    # Of the most surprising sample: its value, what is usual there, and the spread around that.
    value: float
    usual: float
    spread: float
    # Meaning is the detector's own: for most a surprise, a feature's number and its side.
    strength: float = 0.0
    feature: float = 0.0
    side: float = 1.0
    samples: float = 1.0
    last_clock: float = 0.0
    # Of other numbers that the reason names, or the kind depends on.
    extra: float = 0.0
    more: float = 0.0

    def save(self, to: StateWriter) -> None:
        to.numbers(*(getattr(self, name) for name in NUMBERS))

    @classmethod
    def load(cls, state: StateReader) -> "Episode":
        return cls(*state.numbers(len(NUMBERS)))


NUMBERS = [each.name for each in fields(Episode)]


class Report(NamedTuple):
    """What a detector says of its episode; the device makes a row of it."""

    detector: str
    kind: str
    episode: Episode
    is_open: bool
    reason: str
    evidence: dict[str, float]


def score_of(times: float) -> float:
    """0.5 at the limit where an alarm begins, 1 never: each further limit halves the distance to it."""
    return 1.0 - 0.5**times


def severity_of(score: float) -> str:
    return next(name for least, name in SEVERITIES if score >= least)


def utc(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def as_row(device_id: str, metric: str, report: Report) -> Anomaly:
    episode = report.episode
    start_at = utc(episode.start_s)
    return Anomaly(
        f"{device_id}|{metric}|{report.detector}|{start_at.isoformat()}",
        device_id,
        metric,
        report.detector,
        report.kind,
        severity_of(episode.score),
        round(episode.score, 4),
        start_at,
        utc(max(episode.end_s, episode.start_s)),
        report.is_open,
        report.reason,
        report.evidence,
    )

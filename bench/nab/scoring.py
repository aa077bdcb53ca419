"""
NAB's published score of a detector: each labelled window is worth most where it is detected early, and each
false alarm costs a fraction of a window.

The formula is that of Lavin and Ahmad (2015), and of the benchmark's documentation of its scoring.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

PROBATION_SHARE = 0.15
PROBATION_ROWS_MAX = 750
FAR_FROM_WINDOW = 3.0
SIGMOID_SLOPE = 5.0
# Above every score: nothing is detected.
NOTHING = 1.1


class Costs(NamedTuple):
    """What a profile weighs: a detected window, a false alarm and a window that was missed."""

    detected: float = 1.0
    false_alarm: float = 0.11
    missed: float = 1.0


STANDARD = Costs()


class Series(NamedTuple):
    """One labelled series: its name, times of its rows, values, and windows as first and last row."""

    name: str
    times: Sequence[float]
    values: Sequence[float]
    windows: Sequence[tuple[int, int]]


class Verdict(NamedTuple):
    """A series or a corpus at one threshold."""

    score: float
    detected: int
    missed: int
    false_alarms: int


@dataclass(frozen=True)
class Scored:
    """One series: for each row that counts, the detector's score, the worth of an alarm, and its window."""

    rows: list[tuple[float, float, int]]
    windows: int


def scaled_sigmoid(position: float) -> float:
    """Worth of an alarm at a position in window widths: -1 is the window's first row, 0 is its end."""
    if position >= FAR_FROM_WINDOW:
        return -1.0
    return 2.0 / (1.0 + math.exp(SIGMOID_SLOPE * position)) - 1.0


def probation(rows: int) -> int:
    """Rows at the start in which a detector learns: alarms there count neither way."""
    return min(math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_MAX)


def worth(row: int, windows: Sequence[tuple[int, int]], costs: Costs) -> tuple[float, int]:
    """What an alarm at this row is worth, and the window that it detects; -1 outside all windows."""
    before = bisect_left(windows, (row + 1,)) - 1
    if before < 0:
        return -costs.false_alarm, -1
    first, last = windows[before]
    width = last - first + 1
    if row <= last:
        best = scaled_sigmoid(-1.0)
        return scaled_sigmoid(-(last - row + 1) / width) * costs.detected / best, before
    return scaled_sigmoid((row - last) / (width - 1)) * costs.false_alarm, -1


def score_rows(series: Series, scores: Sequence[float], costs: Costs = STANDARD) -> Scored:
    windows = sorted(series.windows)
    start = probation(len(scores))
    rows = [(score, *worth(start + row, windows, costs)) for row, score in enumerate(scores[start:])]
    return Scored(rows, sum(1 for _, last in windows if last >= start))


def at_threshold(scored: Scored, threshold: float, costs: Costs = STANDARD) -> Verdict:
    """The best alarm of each window, less all false alarms, less the windows without an alarm."""
    best: dict[int, float] = {}
    false_cost, false_alarms = 0.0, 0
    for score, value, window in scored.rows:
        if score < threshold:
            continue
        if window < 0:
            false_cost, false_alarms = false_cost + value, false_alarms + 1
        else:
            best[window] = max(best.get(window, -math.inf), value)
    missed = scored.windows - len(best)
    total = sum(best.values()) + false_cost - missed * costs.missed
    return Verdict(total, len(best), missed, false_alarms)


def over_corpus(corpus: Sequence[Scored], threshold: float, costs: Costs = STANDARD) -> Verdict:
    verdicts = [at_threshold(scored, threshold, costs) for scored in corpus]
    return Verdict(*(sum(part) for part in zip(*verdicts, strict=True)))


def normalised(score: float, windows: int, costs: Costs = STANDARD) -> float:
    """0 is a detector that never alarms, 100 one that alarms at the first row of each window and nowhere else."""
    null = -windows * costs.missed
    perfect = windows * costs.detected
    return 100.0 * (score - null) / (perfect - null)


def corpus_score(corpus: Sequence[Scored], threshold: float, costs: Costs = STANDARD) -> float:
    windows = sum(scored.windows for scored in corpus)
    return normalised(over_corpus(corpus, threshold, costs).score, windows, costs)


def best_threshold(corpus: Sequence[Scored], costs: Costs = STANDARD) -> float:
    """
    The one threshold for all series at which the corpus scores most, as NAB chooses it. The rows are taken
    from the highest score down, so that all thresholds are tried in one pass.
    """
    rows = [(score, value, (number, window)) for number, scored in enumerate(corpus)
            for score, value, window in scored.rows]  # fmt: skip
    rows.sort(key=lambda row: -row[0])
    best, threshold = 0.0, NOTHING
    gained: dict[tuple[int, int], float] = {}
    total = 0.0
    for place, (score, value, window) in enumerate(rows):
        if window[1] < 0:
            total += value
        else:
            held = gained.get(window, -costs.missed)
            total += max(held, value) - held
            gained[window] = max(held, value)
        is_last_of_score = place + 1 == len(rows) or rows[place + 1][0] != score
        if is_last_of_score and total > best:
            best, threshold = total, score
    return threshold

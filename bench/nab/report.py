"""The tables of docs/pipelines/iot/anomalies.md, computed from the series."""

from collections.abc import Sequence

from nab.detectors import (
    Detector,
    at_random,
    currents,
    fixed_threshold,
    null,
    windowed_gaussian,
)
from nab.measures import measure
from nab.scoring import (
    Series,
    at_threshold,
    best_threshold,
    corpus_score,
    score_rows,
)
from nab.split import halves

ALARM = 0.5
RANDOM_SEEDS = 5

Scores = dict[str, list[float]]


def scores_of(detector: Detector, corpus: Sequence[Series]) -> Scores:
    return {series.name: detector(series) for series in corpus}


def nab_score(corpus: Sequence[Series], scores: Scores, threshold: float | None = None) -> float:
    """At NAB's best threshold for these series where none is given."""
    scored = [score_rows(series, scores[series.name]) for series in corpus]
    return corpus_score(scored, best_threshold(scored) if threshold is None else threshold)


def tuned_threshold(corpus: Sequence[Series], scores: Scores) -> float:
    return best_threshold([score_rows(series, scores[series.name]) for series in corpus])


def random_scores(groups: Sequence[Sequence[Series]]) -> list[float]:
    """The mean of some runs, for each group; the first group has all series."""
    runs = [scores_of(at_random(seed), groups[0]) for seed in range(RANDOM_SEEDS)]
    return [sum(nab_score(group, run) for run in runs) / RANDOM_SEEDS for group in groups]


def all_scores(corpus: Sequence[Series]) -> dict[str, Scores]:
    """What the tables need, which takes most of the time."""
    detectors = {"currents": currents, "gaussian": windowed_gaussian, "fixed": fixed_threshold}
    return {name: scores_of(detector, corpus) for name, detector in detectors.items()}


def detector_rows(corpus: Sequence[Series], scored: dict[str, Scores]) -> list[str]:
    tuning, shown = halves(list(corpus))
    groups = (corpus, tuning, shown)

    def row(name: str, scores: Scores, threshold: float | None) -> str:
        numbers = [nab_score(group, scores, threshold) for group in groups]
        return f"| {name} | " + " | ".join(f"{number:.1f}" for number in numbers) + " |"

    ours, gaussian, fixed = scored["currents"], scored["gaussian"], scored["fixed"]
    return [
        "| detector, threshold | all | tuning half | shown half |",
        "|---|---|---|---|",
        row(f"**Currents**, alarms as stored (score of {ALARM} or more)", ours, ALARM),
        row("Currents, best threshold for the tuning half", ours, tuned_threshold(tuning, ours)),
        row("Currents, best for each column, as NAB chooses", ours, None),
        row("windowed Gaussian, best for the tuning half", gaussian, tuned_threshold(tuning, gaussian)),
        row("windowed Gaussian, best for each column", gaussian, None),
        row("fixed threshold, best for each column", fixed, None),
        row("null", scores_of(null, corpus), None),
        f"| random, mean of {RANDOM_SEEDS}, best for each column | "
        + " | ".join(f"{score:.1f}" for score in random_scores(groups))
        + " |",
    ]


def measure_rows(corpus: Sequence[Series], ours: Scores) -> list[str]:
    tuning, shown = halves(list(corpus))
    rows = [
        "| series | precision | recall | median delay from the window's first row | false alarms per device-week |",
        "|---|---|---|---|---|",
    ]
    for name, group in (("all", corpus), ("tuning half", tuning), ("shown half", shown)):
        found = measure(group, [ours[series.name] for series in group], ALARM)
        rows.append(
            f"| {name} | {found.precision:.2f} | {found.recall:.2f} | {found.delay_hours:.1f} h, "
            f"{found.delay_share:.0%} of the window | {found.false_alarms_per_week:.2f} |"
        )
    return rows


def series_rows(corpus: Sequence[Series], ours: Scores) -> list[str]:
    tuning, _ = halves(list(corpus))
    rows = ["| series | half | windows | detected | false alarms | score |", "|---|---|---|---|---|---|"]
    for series in corpus:
        verdict = at_threshold(score_rows(series, ours[series.name]), ALARM)
        half = "tuning" if series in tuning else "shown"
        rows.append(
            f"| `{series.name.removesuffix('.csv')}` | {half} | {verdict.detected + verdict.missed} | "
            f"{verdict.detected} | {verdict.false_alarms} | {verdict.score:.2f} |"
        )
    return rows


def tables(corpus: Sequence[Series], scored: dict[str, Scores]) -> list[list[str]]:
    ours = scored["currents"]
    return [detector_rows(corpus, scored), measure_rows(corpus, ours), series_rows(corpus, ours)]

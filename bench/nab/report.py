"""The tables of docs/pipelines/iot/anomalies.md, computed from the series."""

from collections.abc import Sequence

from nab.detectors import Detector, at_random, currents, fixed_threshold, null, windowed_gaussian
from nab.markdown import table
from nab.measures import measure
from nab.scoring import Series, at_threshold, best_threshold, corpus_score, score_rows
from nab.split import GROUPS, groups, halves

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
    tuning, _ = halves(corpus)
    return best_threshold([score_rows(series, scores[series.name]) for series in tuning])


def group_scores(corpus: Sequence[Series], scores: Scores, threshold: float | None = None) -> list[str]:
    return [f"{nab_score(group, scores, threshold):.1f}" for group in groups(corpus)]


def random_scores(corpus: Sequence[Series]) -> list[str]:
    """The mean of some runs, for each group."""
    runs = [scores_of(at_random(seed), corpus) for seed in range(RANDOM_SEEDS)]
    sums = [sum(nab_score(group, run) for run in runs) for group in groups(corpus)]
    return [f"{each / RANDOM_SEEDS:.1f}" for each in sums]


def all_scores(corpus: Sequence[Series]) -> dict[str, Scores]:
    """What the tables need, which takes most of the time."""
    detectors = {"currents": currents, "gaussian": windowed_gaussian, "fixed": fixed_threshold}
    return {name: scores_of(detector, corpus) for name, detector in detectors.items()}


def detector_rows(corpus: Sequence[Series], scored: dict[str, Scores]) -> list[str]:
    ours, gaussian = scored["currents"], scored["gaussian"]
    cases = (
        (f"**Currents**, alarms as stored (score of {ALARM} or more)", ours, ALARM),
        ("Currents, best threshold for the tuning half", ours, tuned_threshold(corpus, ours)),
        ("Currents, best for each column, as NAB chooses", ours, None),
        ("windowed Gaussian, best for the tuning half", gaussian, tuned_threshold(corpus, gaussian)),
        ("windowed Gaussian, best for each column", gaussian, None),
        ("fixed threshold, best for each column", scored["fixed"], None),
        ("null", scores_of(null, corpus), None),
    )
    rows = [[name, *group_scores(corpus, scores, threshold)] for name, scores, threshold in cases]
    rows.append([f"random, mean of {RANDOM_SEEDS}, best for each column", *random_scores(corpus)])
    return table(["detector, threshold", *GROUPS], rows)


def measure_rows(corpus: Sequence[Series], ours: Scores) -> list[str]:
    rows = []
    for name, group in zip(GROUPS, groups(corpus), strict=True):
        found = measure(group, [ours[series.name] for series in group], ALARM)
        delay = f"{found.delay_hours:.1f} h, {found.delay_share:.0%} of the window"
        rates = (f"{found.precision:.2f}", f"{found.recall:.2f}")
        rows.append([name, *rates, delay, f"{found.false_alarms_per_week:.2f}"])
    delay_column, false_alarms = "median delay from the window's first row", "false alarms per device-week"
    return table(["series", "precision", "recall", delay_column, false_alarms], rows)


def series_rows(corpus: Sequence[Series], ours: Scores) -> list[str]:
    tuning, _ = halves(corpus)
    rows = []
    for series in corpus:
        verdict = at_threshold(score_rows(series, ours[series.name]), ALARM)
        name, half = f"`{series.name.removesuffix('.csv')}`", "tuning" if series in tuning else "shown"
        counts = (verdict.detected + verdict.missed, verdict.detected, verdict.false_alarms)
        rows.append([name, half, *map(str, counts), f"{verdict.score:.2f}"])
    return table(["series", "half", "windows", "detected", "false alarms", "score"], rows)


def tables(corpus: Sequence[Series], scored: dict[str, Scores]) -> list[list[str]]:
    ours = scored["currents"]
    return [detector_rows(corpus, scored), measure_rows(corpus, ours), series_rows(corpus, ours)]

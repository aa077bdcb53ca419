"""What the scores are with one setting changed."""

from collections.abc import Sequence

from currents_spark.pipelines.iot.anomalies import settings
from nab.detectors import currents
from nab.markdown import table
from nab.report import ALARM, group_scores, scores_of
from nab.scoring import Series
from nab.split import GROUPS

CHANGED = {
    "SURPRISE_ALARM": (3.6, 4.0),
    "ALARM_RAISES": (0.4, 0.6),
    "SEEN_UNITS": (300.0, 500.0),
    "RECORDS": (12, 20),
    "FIRST_PEAK_UNITS": (12.0, 18.0),
    "PEAK_UNITS_MAX": (48.0, 72.0),
    "REMEMBERED_EXCESS_MAX": (5.0, 7.0),
    "FLOOR_OF_SPREAD": (0.15, 0.25),
    "SECOND_WEIGHT": (0.08, 0.12),
    "SEASON_GAIN": (0.5, 0.7),
    "SEASON_KEEP": (0.75, 0.95),
    "SEASON_STEP_MAX": (8.0, 12.0),
    "MEMORY_UNITS": (1500.0, 3000.0),
}


def sensitivity(corpus: Sequence[Series]) -> list[str]:
    rows = [_with_setting(corpus, name, value) for name, values in CHANGED.items() for value in values]
    return table(["one setting changed", *GROUPS], rows)


def _with_setting(corpus: Sequence[Series], name: str, value: float) -> list[str]:
    before = getattr(settings, name)
    setattr(settings, name, value)
    try:
        scores = scores_of(currents, corpus)
    finally:
        setattr(settings, name, before)
    return [f"`{name}` {before:g} → {value:g}", *group_scores(corpus, scores, ALARM)]

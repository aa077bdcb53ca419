"""
Scores the anomaly detectors on NAB's series and writes the tables of docs/pipelines/iot/anomalies.md.

    CURRENTS_DATA=<folder> .stack/venv/bin/python bench/anomalies.py [--write]

Without --write the tables are printed.
"""

import os
import re
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "spark"))

from currents_spark.pipelines.iot.anomalies import settings  # noqa: E402 - needs the path above
from currents_spark.pipelines.iot.anomalies.nab.corpus import read_corpus  # noqa: E402
from currents_spark.pipelines.iot.anomalies.nab.detectors import currents  # noqa: E402
from currents_spark.pipelines.iot.anomalies.nab.report import ALARM, nab_score, scores_of, tables  # noqa: E402
from currents_spark.pipelines.iot.anomalies.nab.scoring import Series  # noqa: E402
from currents_spark.pipelines.iot.anomalies.nab.split import halves  # noqa: E402

PAGE = REPOSITORY / "docs" / "pipelines" / "iot" / "anomalies.md"
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
    "SEASON_GAIN": (0.6, 0.8),
    "MEMORY_UNITS": (1500.0, 3000.0),
}


def with_setting(corpus: list[Series], name: str, value: float) -> str:
    before = getattr(settings, name)
    setattr(settings, name, value)
    try:
        scores = scores_of(currents, corpus)
    finally:
        setattr(settings, name, before)
    tuning, shown = halves(corpus)
    columns = [f"{nab_score(group, scores, ALARM):.1f}" for group in (corpus, tuning, shown)]
    return f"| `{name}` {before:g} → {value:g} | " + " | ".join(columns) + " |"


def sensitivity(corpus: list[Series]) -> list[str]:
    rows = [with_setting(corpus, name, value) for name, values in CHANGED.items() for value in values]
    return ["| one setting changed | all | tuning half | shown half |", "|---|---|---|---|", *rows]


def speed(corpus: list[Series]) -> list[str]:
    started_s = time.process_time()
    for series in corpus:
        currents(series)
    spent_s = time.process_time() - started_s
    samples = sum(len(series.values) for series in corpus)
    return [f"{samples:,} samples in {spent_s:.1f} s of one core: {samples / spent_s:,.0f} samples/s."]


def main() -> None:
    corpus = read_corpus(Path(os.environ["CURRENTS_DATA"]) / "iot" / "nab")
    names = ("detectors", "measures", "series", "sensitivity", "speed")
    parts = dict(zip(names, [*tables(corpus), sensitivity(corpus), speed(corpus)], strict=True))
    page = PAGE.read_text()
    for name, rows in parts.items():
        block = f"<!-- {name}: written by bench/anomalies.py -->\n\n" + "\n".join(rows) + "\n\n<!-- end -->"
        page = re.sub(rf"<!-- {name}: .*?<!-- end -->", lambda _, block=block: block, page, flags=re.DOTALL)
        print("\n".join(rows), end="\n\n")
    if "--write" in sys.argv:
        PAGE.write_text(page)


if __name__ == "__main__":
    main()

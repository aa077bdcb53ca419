"""
Scores the anomaly detectors on NAB's series and writes the tables of docs/pipelines/iot/anomalies.md.

    CURRENTS_DATA=<folder> .stack/venv/bin/python bench/anomalies.py [--write] [part ...]

Parts are scores, example, healthy, planted, speed and sensitivity; without any, all of them. Without --write the
tables are only printed.
"""

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "spark"), str(REPOSITORY / "test" / "spark")]

from currents_spark.pipelines.iot.anomalies import detect  # noqa: E402 - needs the paths above
from iot.planted import planted  # noqa: E402
from iot_series import DAY_S, MONDAY_S, series  # noqa: E402
from nab.corpus import read_corpus  # noqa: E402
from nab.detectors import currents  # noqa: E402
from nab.markdown import table  # noqa: E402
from nab.report import all_scores, scores_of, tables  # noqa: E402
from nab.scoring import Series  # noqa: E402
from nab.sensitivity import sensitivity  # noqa: E402

PAGE = REPOSITORY / "docs" / "pipelines" / "iot" / "anomalies.md"
HEALTHY = ["temperature_c", "humidity_percent", "vibration_mm_per_s", "power_w", "battery_percent"]
WEEKS, SEEDS = 8, 4
EXAMPLE = "machine_temperature_system_failure"
EXAMPLE_SCORE = 0.65
STATES = 200


def healthy() -> list[str]:
    """Alarms of simulated devices without a fault, by week."""
    rows = []
    for step_s in (60.0, 300.0):
        alarms = [0] * WEEKS
        for seed in range(SEEDS):
            found = detect("device", None, series(HEALTHY, 7.0 * WEEKS, step_s, seed=seed)).anomalies
            for row in found:
                alarms[int((row.start_at.timestamp() - MONDAY_S) // (7 * DAY_S))] += 1
        rows.append([f"{step_s:.0f} s", *(f"{count / SEEDS:.2f}" for count in alarms)])
    return table(["step", *(f"week {week + 1}" for week in range(WEEKS))], rows)


def example(corpus: list[Series]) -> list[str]:
    (machine,) = [each for each in corpus if EXAMPLE in each.name]
    values = zip(machine.times, machine.values, strict=True)
    found = detect("machine", None, [("temperature", at_s, value) for at_s, value in values]).anomalies
    rows = []
    for row in found:
        if row.score >= EXAMPLE_SCORE:
            start, end = (at.strftime("%Y-%m-%d %H:%M") for at in (row.start_at, row.end_at))
            rows.append([row.kind, row.severity, f"{row.score:.2f}", start, end, row.reason])
    return table(["kind", "severity", "score", "from", "to", "reason"], rows)


def speed(corpus: list[Series]) -> list[str]:
    samples = sum(len(each.values) for each in corpus)
    spent_s = processor_s(lambda: scores_of(currents, corpus))
    young = series(HEALTHY, 0.1, step_s=1.0)
    young_s = processor_s(lambda: detect("device", None, young))
    state = detect("device", None, series(HEALTHY, 21.0)).state
    state_s = processor_s(lambda: [detect("device", state, []) for _ in range(STATES)])
    rows = {
        f"NAB's {samples:,} samples": f"{samples / spent_s:,.0f} samples/s",
        "a device's first hours, five metrics each second": f"{len(young) / young_s:,.0f} samples/s",
        "state of five metrics after three weeks": f"{len(state):,} bytes",
        "reading and writing that state": f"{1000 * state_s / STATES:.2f} ms",
    }
    return table(["what, on one core", "measured"], rows.items())


def processor_s(work: Callable[[], object]) -> float:
    """Time of the processor, so that a busy machine changes it little."""
    started_s = time.process_time()
    work()
    return time.process_time() - started_s


def scores(corpus: list[Series]) -> dict[str, list[str]]:
    three = tables(corpus, all_scores(corpus))
    return dict(zip(("detectors", "measures", "series"), three, strict=True))


PARTS: dict[str, Callable[[list[Series]], dict[str, list[str]]]] = {
    "scores": scores,
    "example": lambda corpus: {"example": example(corpus)},
    "healthy": lambda corpus: {"healthy": healthy()},
    "planted": lambda _: {"planted": planted()},
    "speed": lambda corpus: {"speed": speed(corpus)},
    "sensitivity": lambda corpus: {"sensitivity": sensitivity(corpus)},
}


def main() -> None:
    corpus = read_corpus(Path(os.environ["CURRENTS_DATA"]) / "iot" / "nab")
    for part in [name for name in PARTS if name in sys.argv] or PARTS:
        for name, rows in PARTS[part](corpus).items():
            print("\n".join(rows), end="\n\n")
            if "--write" in sys.argv:
                write(name, rows)


def write(name: str, rows: list[str]) -> None:
    block = f"<!-- {name}: written by bench/anomalies.py -->\n\n" + "\n".join(rows) + "\n\n<!-- end -->"
    pattern = re.compile(rf"<!-- {name}: .*?<!-- end -->", re.DOTALL)
    PAGE.write_text(pattern.sub(lambda _: block, PAGE.read_text()))


if __name__ == "__main__":
    main()

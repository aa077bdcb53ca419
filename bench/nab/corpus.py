"""NAB's labelled series as files: `timestamp,value` rows, and windows by file name in one JSON file."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

from nab.scoring import Series

WINDOWS_FILE = "combined_windows.json"


def seconds_of(text: str) -> float:
    """The files name no zone; UTC keeps their order and their distances."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def read_series(folder: Path, name: str, windows: list[list[str]]) -> Series:
    with (folder / name).open(newline="") as file:
        rows = [(seconds_of(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)]
    times = [time for time, _ in rows]
    edges = [(times.index(seconds_of(first)), times.index(seconds_of(last))) for first, last in windows]
    return Series(name, times, [value for _, value in rows], edges)


def read_corpus(folder: Path) -> list[Series]:
    """All labelled series whose file is in the folder, by name."""
    windows = json.loads((folder / WINDOWS_FILE).read_text())
    return [read_series(folder, name, windows[name]) for name in sorted(windows) if (folder / name).exists()]

"""Anomalies found against the faults that the simulator planted, as a table of the page."""

import json
import subprocess
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from currents_spark.pipelines.iot.watch import METRICS, watch
from nab.markdown import table

PROGRAM = Path(__file__).resolve().parents[2] / "dist" / "bench" / "plantedTelemetry.js"
# Kinds that are right for a planted fault.
FITTING = {
    "stuck": {"stuck"},
    "drift": {"drift", "level_shift"},
    "spike": {"spike", "level_shift"},
    "level_shift": {"level_shift", "spike"},
    "failing": {"vibration_pattern", "spike"},
    "offline": {"silent"},
}
# Single records of healthy devices that are a spike in themselves.
SPIKES = "at_the_limits"
NEAR_S = 10.0
Records = dict[str, list[tuple[str, float, dict[str, Any]]]]


def sent(scenario: str, rate: int, seconds: int, seed: int) -> Records:
    """By device: kind, time of sending and message."""
    arguments = [str(each) for each in (scenario, rate, seconds, seed)]
    lines = subprocess.run(
        ["node", str(PROGRAM), *arguments], check=True, capture_output=True, text=True
    ).stdout
    devices: Records = defaultdict(list)
    for line in lines.splitlines():
        kind, sent_s, message = json.loads(line)
        devices[message["device_id"]].append((kind, sent_s, message))
    return devices


def found_in(
    device: str, records: list[tuple[str, float, dict[str, Any]]], now_s: float
) -> list[dict[str, Any]]:
    """Rows as the lake has them, after one run."""
    samples: dict[str, list[Any]] = defaultdict(list)
    for _, sent_s, message in records:
        samples["at_s"].append(min(datetime.fromisoformat(message["event_at"]).timestamp(), sent_s))
        samples["arrived_s"].append(sent_s)
        for metric in METRICS:
            samples[metric].append(message.get(metric))
    rows = watch(device, None, samples, now_s).rows
    return [{"kind": row[4], "start_s": row[7].timestamp(), "end_s": row[8].timestamp()} for row in rows]


def planted(rate: int = 200, seconds: int = 120, seeds: tuple[int, ...] = (1, 2, 3, 4, 5)) -> list[str]:
    counts: dict[str, list[int]] = {fault: [0, 0] for fault in FITTING}
    right, wrong, odd = 0, 0, 0
    for seed in seeds:
        for device, records in sent("mixed", rate, seconds, seed).items():
            fault = next((kind for kind, _, _ in records if kind in FITTING), None)
            rows = found_in(device, records, records[0][1] + seconds)
            limits = [at_s for kind, at_s, _ in records if kind == SPIKES]
            if fault:
                counts[fault][0] += 1
                counts[fault][1] += any(row["kind"] in FITTING[fault] for row in rows)
                right += len(rows)
            else:
                near = [row for row in rows if any(abs(row["start_s"] - at_s) <= NEAR_S for at_s in limits)]
                odd, wrong = odd + len(near), wrong + len(rows) - len(near)
    rows = [[fault, planted, found] for fault, (planted, found) in counts.items()]
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    rows.append(["all: recall", total[0], f"{total[1]} ({total[1] / max(total[0], 1):.0%})"])
    rows.append(["rows of healthy devices at values at their limits", "", odd])
    rows.append(["rows of healthy devices otherwise: false", "", wrong])
    rows.append(["precision", "", f"{(right + odd) / max(right + odd + wrong, 1):.0%}"])
    return table(["planted fault", "devices", "found"], [[str(cell) for cell in row] for row in rows])

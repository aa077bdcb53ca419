"""Anomalies as a fold over telemetry: from a device's samples to rows of iot.anomalies."""

from typing import Any

from currents_spark.engine.fold import Fold, Folded
from currents_spark.pipelines.iot.anomalies.device import SLOTS_PER_S
from currents_spark.pipelines.iot.anomalies.episode import utc
from currents_spark.pipelines.iot.anomaly_tables import ANOMALIES, ANOMALY_STATE, OF_DEVICE, SAID
from currents_spark.pipelines.iot.telemetry import TELEMETRY
from currents_spark.pipelines.iot.told import Told

# The radio's strength says nothing of the device. The register of energy only tells that it was heard.
METRICS = (
    "temperature_c",
    "humidity_percent",
    "pressure_hpa",
    "vibration_mm_per_s",
    "power_w",
    "power_factor",
    "battery_percent",
    "reading",
    "energy_kwh",
)
# A clock that is ahead is not believed: one such record would make all that follow it too late.
_AT_S = "unix_micros(least(event_at, ingested_at)) / 1e6D"
_IS_THERE = ", ".join(f"{name} IS NULL" for name in METRICS)


def watch(device_id: str, state: bytes | None, samples: dict[str, list[Any]], now_s: float) -> Folded:
    """Rows that are new, have ended or have become worse (see Told)."""
    told, device = Told.load(device_id, state)
    arrived = samples["arrived_s"]
    metrics = [(name, samples[name]) for name in METRICS]
    for place, at_s in enumerate(samples["at_s"]):
        for metric, values in metrics:
            if values[place] is not None:
                device.update(metric, at_s, values[place], arrived[place])
    rows = told.worth_telling(device.finish(now_s))
    ask_s = device.silence.due_s(now_s)
    return Folded(told.save(device), None if ask_s is None else utc(ask_s), [tuple(row) for row in rows])


ANOMALY_FOLD = Fold(
    TELEMETRY,
    key="device_id",
    samples={
        "at_s": _AT_S,
        "arrived_s": "unix_micros(ingested_at) / 1e6D",
        **{name: name for name in METRICS},
    },
    slot=f"struct(floor({_AT_S} * {SLOTS_PER_S}), {_IS_THERE})",
    kept=tuple(name for name, _ in OF_DEVICE),
    step=watch,
    state=ANOMALY_STATE,
    result=ANOMALIES,
    result_key="anomaly_id",
    fields=SAID,
    derived={"event_date": "to_date(start_at)"},
)

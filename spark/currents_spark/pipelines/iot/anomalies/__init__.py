"""
Finds what is wrong with a device, from its own history alone, one pass, without a training job.

    state, anomalies = detect("B1-T7", state, [("temperature_c", at_s, 21.4), ...], now_s)

- `state`: what the previous call returned for this device, or None for the first one. A few kilobytes for
  each metric, to be stored as binary. It is never shared by devices.
- `rows`: samples of this device as (metric, seconds since 1970 in UTC, value), in the order of time. A sample
  that is not in a later quarter of a second than the metric's last one is passed over. Registers that only grow
  aren't sensors: they only tell that the device was heard.
- `now_s`: the time to which the device was awaited, such as the batch's newest event of all devices. Without
  it a silence is only seen when it has ended. A device without rows is asked with an empty list.
- `anomalies`: rows begun, ended or still open in this batch. The newest row of an `anomaly_id` counts, so a
  table is kept by MERGE on it.

The result is a fold over the rows: batches of any size give the same anomalies and, bit for bit, the same state.
In the lake it runs as the step of a fold: see watch.py.
"""

from collections.abc import Iterable
from typing import NamedTuple

from currents_spark.pipelines.iot.anomalies.device import Device
from currents_spark.pipelines.iot.anomalies.episode import Anomaly

KINDS = ("stuck", "spike", "level_shift", "drift", "vibration_pattern", "battery_decline", "silent")


class Detection(NamedTuple):
    state: bytes
    anomalies: list[Anomaly]


def detect(
    device_id: str,
    state: bytes | None,
    rows: Iterable[tuple[str, float, float | None]],
    now_s: float | None = None,
) -> Detection:
    device = Device(device_id) if state is None else Device.load(device_id, state)
    for metric, at_s, value in rows:
        device.update(metric, at_s, value)
    anomalies = device.finish(now_s)
    return Detection(device.save(), anomalies)

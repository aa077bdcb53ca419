"""
Flags on telemetry that is possible but suspicious. Such rows are kept: what is impossible was rejected by the
ranges of the contract before.
"""

# Devices send at once, or keep what they have until they are connected again.
LATE_S = 5 * 60
# Clocks that are kept by a network differ by less.
CLOCK_AHEAD_S = 5
# Air, machines and meters of buildings; lowest and highest values that need no second look.
USUAL = {
    "temperature_c": (-30, 90),
    "humidity_percent": (5, 98),
    "pressure_hpa": (870, 1085),
    "vibration_mm_per_s": (0, 18),
    "power_w": (-50_000, 250_000),
}
LOW_POWER_FACTOR = 0.5
LOW_BATTERY_PERCENT = 10
# A charge that rises by more is no noise; one that ends at the top is a charged battery, or another one.
BATTERY_RISE_PERCENT, CHARGED_PERCENT = 1, 95

# Kafka's time of the record says when it was sent: the time between is the device's delay.
DELAY_S = "unix_seconds(ingested_at) - unix_seconds(event_at)"
# The device's row before, of the same hour: an hour is what a late row brings up to date, so that flags do not
# depend on the order of arrival.
_BEFORE = "(PARTITION BY device_id, date_trunc('hour', event_at) ORDER BY event_at, sequence)"
_MEASURED = (*USUAL, "power_factor", "energy_kwh", "reading")
_CONDITIONS = {
    "late": f"{DELAY_S} > {LATE_S}",
    "clock_ahead": f"{DELAY_S} < -{CLOCK_AHEAD_S}",
    "doubled": "records > 1",
    "nothing_measured": f"coalesce({', '.join(_MEASURED)}) IS NULL",
    **{f"{name}_unusual": f"{name} NOT BETWEEN {low} AND {high}" for name, (low, high) in USUAL.items()},
    "power_factor_low": f"abs(power_factor) < {LOW_POWER_FACTOR} AND abs(power_w) > 0",
    "energy_backwards": f"energy_kwh < lag(energy_kwh) OVER {_BEFORE}",
    "battery_rises": (
        f"battery_percent > lag(battery_percent) OVER {_BEFORE} + {BATTERY_RISE_PERCENT} "
        f"AND battery_percent < {CHARGED_PERCENT}"
    ),
    "battery_low": f"battery_percent < {LOW_BATTERY_PERCENT}",
}
FLAG_NAMES = tuple(_CONDITIONS)

_cases = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in _CONDITIONS.items())
# SQL text of an array of names, in the order above.
FLAGS = f"array_compact(array({_cases}))"

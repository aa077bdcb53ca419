"""Numbers and spans of time as people say them."""

MINUTE_S, HOUR_S, DAY_S, YEAR_S = 60.0, 3600.0, 86400.0, 365.25 * 86400.0
SPANS = ((2 * YEAR_S, YEAR_S, "years"), (2 * DAY_S, DAY_S, "days"), (2 * HOUR_S, HOUR_S, "hours"),
         (2 * MINUTE_S, MINUTE_S, "minutes"))  # fmt: skip


def number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def span(seconds: float) -> str:
    for least, unit, name in SPANS:
        if seconds >= least:
            return f"{seconds / unit:,.0f} {name}"
    return f"{seconds:.0f} seconds"

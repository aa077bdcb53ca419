"""Instants as text."""

from datetime import UTC, datetime


def utc_now() -> str:
    """ISO 8601 with microseconds and `Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

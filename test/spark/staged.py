"""
Staged objects for tests, as ingest writes them: gzip of NDJSON, one object for each topic of a landed file.
"""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nem_messages import checksum


def stage(
    folder: Path, topic: str, lines: Iterable[bytes], *, archive: str = "day.zip", **changes: Any
) -> dict[str, Any]:
    """One object of `params.landing`; `changes` replaces its fields."""
    texts = list(lines)
    path = folder / f"{archive}-{topic}.ndjson.gz"
    path.write_bytes(gzip.compress(b"".join(text + b"\n" for text in texts)))
    return {
        "uri": path.as_uri(),
        "topic": topic,
        "records": len(texts),
        "object_uri": f"s3://lake/landing/{archive}",
        "checksum": checksum(archive),
        **changes,
    }


def dead_letter(value: str | None, headers: dict[str, str]) -> bytes:
    """A line of a dead-letter topic."""
    return json.dumps({"value": value, "headers": headers}).encode()

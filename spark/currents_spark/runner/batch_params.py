"""What a refine job's params say beside Kafka ranges: staged objects, replacement, quarantine."""

from dataclasses import dataclass
from typing import Any

# The reason of a dead letter that an operator's decision has made.
QUARANTINED = "quarantined"


@dataclass(frozen=True)
class StagedObject:
    """
    Records of one topic: rows of a data topic as Parquet (see engine/staged_records), or a gzip of NDJSON. Of
    the latter each line is a message of version 1, or for a dead-letter topic
    `{"value": text, "headers": {name: text}}`. `object_uri` and `checksum` name the landed file it was made
    from.
    """

    uri: str
    topic: str
    records: int
    object_uri: str
    checksum: str

    @property
    def is_typed(self) -> bool:
        """Whether it holds typed columns."""
        return self.uri.endswith(".parquet")


@dataclass(frozen=True)
class Quarantine:
    """
    What an operator sends to dead letters: all records of files, by SHA-256, and single `records` of a stream
    without files, by (topic, partition, offset). `reason` is the operator's text.
    """

    checksums: tuple[str, ...]
    rule: str
    reason: str
    records: tuple[tuple[str, int, int], ...] = ()


def staged_objects(params: dict[str, Any], problems: list[str]) -> tuple[StagedObject, ...]:
    """`params.landing`; its faults are added to `problems`."""
    return tuple(_staged(item, index, problems) for index, item in enumerate(params.get("landing") or []))


def _staged(found: Any, index: int, problems: list[str]) -> StagedObject:
    try:
        staged = StagedObject(
            *[str(found[name]) for name in ("uri", "topic")],
            int(found["records"]),
            *[str(found[name]) for name in ("object_uri", "checksum")],
        )
    except (KeyError, TypeError, ValueError):
        problems.append(
            f"params.landing[{index}]: expected uri, topic, records, object_uri and checksum, found {found!r}"
        )
        return StagedObject("", "", 0, "", "")
    if staged.records < 0 or not staged.uri.startswith(("s3://", "file://")):
        problems.append(
            f"params.landing[{index}]: expected an s3:// or file:// uri and records >= 0, "
            f"found {staged.uri!r} and {staged.records}"
        )
    return staged


def quarantine_of(params: dict[str, Any], problems: list[str]) -> Quarantine | None:
    """`params.quarantine`, None when absent or null; its faults are added to `problems`."""
    found = params.get("quarantine")
    if found is None:
        return None
    try:
        quarantine = Quarantine(
            tuple(str(item) for item in found.get("checksums") or []),
            str(found["rule"]),
            str(found["reason"]),
            tuple(
                (str(item["topic"]), int(item["partition"]), int(item["offset"]))
                for item in found.get("records") or []
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        problems.append(f"params.quarantine: expected checksums or records, rule and reason, found {found!r}")
        return None
    if not quarantine.checksums and not quarantine.records:
        problems.append("params.quarantine.checksums: expected at least one, or records, found none")
    return quarantine

"""Which schema ids a registry knows of a topic, by Confluent's API."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from currents_spark.engine.schema_ids import subject_of

TIMEOUT_S = 5
# Ids by registry and subject, then version: a version keeps its id for good.
_KNOWN: dict[tuple[str, str], dict[int, int]] = {}


@dataclass(frozen=True)
class KnownSchemas:
    """
    `ids` by topic. `failure`: why the registry could not be asked; the ids are those that it had before then,
    and others may be known to it.
    """

    ids: dict[str, frozenset[int]] = field(default_factory=dict)
    failure: str | None = None


def known_schemas(registry: str, topics: Iterable[str]) -> KnownSchemas:
    """
    The ids that messages of the topics may name. Asked once for each job, after its offsets were planned: a
    producer registers a schema before it sends, so that every id of the batch is among them.
    """
    ids: dict[str, frozenset[int]] = {}
    failure = None
    for topic in topics:
        subject = subject_of(topic)
        known = _KNOWN.setdefault((registry, subject), {})
        try:
            _refresh(known, f"{registry}/subjects/{urllib.parse.quote(subject, safe='')}/versions")
        except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
            failure = f"{type(error).__name__}: {error}"
        ids[topic] = frozenset(known.values())
    return KnownSchemas(ids, failure)


def _refresh(known: dict[int, int], address: str) -> None:
    """The newest version is asked for each time: in a registry made new it has another id, or is absent."""
    versions = sorted(_versions(address))
    newest = {versions[-1]: _id_of(address, versions[-1])} if versions else {}
    is_same = all(known.get(version, found) == found for version, found in newest.items())
    kept = {version: found for version, found in known.items() if is_same and version in versions}
    absent = [version for version in versions if version not in kept and version not in newest]
    fetched = {version: _id_of(address, version) for version in absent}
    known.clear()
    known.update({**kept, **newest, **fetched})


def _versions(address: str) -> list[int]:
    try:
        return [int(version) for version in _asked(f"{address}?deleted=true")]
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return []
        raise


def _id_of(address: str, version: int) -> int:
    return int(_asked(f"{address}/{version}?deleted=true")["id"])


def _asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
        return json.load(answer)

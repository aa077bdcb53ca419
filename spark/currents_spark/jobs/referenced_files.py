"""
The files that tables refer to, walked from their metadata down.

States of a table share almost everything, so each manifest list and manifest is opened once, whoever refers
to it. Opening them is waiting for S3, hence the threads.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from pyspark.sql import SparkSession

THREADS = 8
# How Iceberg's manifests write themselves: GenericManifestFile{content=DATA, path=s3://..., length=7123, ...}
PATH_IN_TEXT = re.compile(r"\bpath=(.*?), length=")


class ReferencedFiles:
    """`paths`: kind of each file by its path. `io`: Iceberg's FileIO, by which everything is read."""

    def __init__(self, spark: SparkSession, io: Any) -> None:
        jvm: Any = spark.sparkContext._jvm
        self._io, self._join = io, jvm.java.lang.String.join
        self._parser, self._manifests = (
            jvm.org.apache.iceberg.TableMetadataParser,
            jvm.org.apache.iceberg.ManifestFiles,
        )
        self.paths: dict[str, str] = {}

    def add(self, locations: list[str]) -> None:
        """Adds all files of tables, each given by its metadata file."""
        states = _in_threads(lambda location: self._parser.read(self._io, location), locations)
        for location, metadata in zip(locations, states, strict=True):
            self._add_metadata(location, metadata)
        snapshots = [
            (snapshot, metadata)
            for metadata in states
            for snapshot in metadata.snapshots()
            if self._is_new(snapshot.manifestListLocation(), "manifest_list")
        ]
        listed = _in_threads(
            lambda pair: [(manifest, pair[1]) for manifest in self._new_manifests(pair[0])], snapshots
        )
        for kind, paths in _in_threads(
            lambda pair: self._content(pair[0], pair[1].specsById()), chain.from_iterable(listed)
        ):
            self.paths.update(dict.fromkeys(paths, kind))

    def _new_manifests(self, snapshot: Any) -> list[Any]:
        """
        Those that no snapshot before it has: nearly all of some hundred are known. All paths come as one
        text, since each call from Python is a round trip, and a month of 5-minute commits has a million of
        them. The text only tells which are known: what is listed, and kept from removal, is the path that the
        manifest itself gives. Two threads may both take one for new, and both open it.
        """
        manifests = snapshot.allManifests(self._io)
        paths = PATH_IN_TEXT.findall(manifests.toString())
        if len(paths) != manifests.size():
            raise RuntimeError(
                f"expected the paths of {manifests.size()} manifests in their text, found {len(paths)}: {snapshot.manifestListLocation()}"
            )
        unknown = [manifests.get(index) for index, path in enumerate(paths) if path not in self.paths]
        return [manifest for manifest in unknown if self._is_new(manifest.path(), "manifest")]

    def _is_new(self, path: str | None, kind: str) -> bool:
        if not path or path in self.paths:
            return False
        self.paths[path] = kind
        return True

    def _add_metadata(self, location: str, metadata: Any) -> None:
        older = [entry.file() for entry in metadata.previousFiles()]
        self.paths.update(dict.fromkeys([location, *older], "metadata"))
        statistics = [*metadata.statisticsFiles(), *metadata.partitionStatisticsFiles()]
        self.paths.update(dict.fromkeys((file.path() for file in statistics), "statistics"))

    def _content(self, manifest: Any, specs: Any) -> tuple[str, list[str]]:
        """
        Paths that a manifest says are live; what it says is deleted lives on in an older manifest, or
        nowhere.
        """
        if manifest.content().id() == 0:
            # One text for all paths: each call from Python is a round trip.
            text = self._join("\n", self._manifests.readPaths(manifest, self._io, specs))
            return "data", text.split("\n") if text else []
        files = self._manifests.readDeleteManifest(manifest, self._io, specs)
        try:
            return "delete", [file.location() for file in files.iterator()]
        finally:
            files.close()


def _in_threads(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))

"""
The files that tables refer to, walked from their metadata down.

Refs share almost everything, so each metadata file, manifest list and manifest is opened once, whoever refers to it.
Opening them is waiting for S3, hence the threads.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.jvm_names import iceberg_names

THREADS = 8


class ReferencedFiles:
    """`paths`: kind of each file by its path; `tables`: how many different states of tables were walked."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark, self._names = spark, iceberg_names(spark.sparkContext)
        self._jvm: Any = spark.sparkContext._jvm
        self.paths: dict[str, str] = {}
        self._walked: set[str] = set()

    @property
    def tables(self) -> int:
        return len(self._walked)

    def add(self, full_name: str) -> None:
        """Adds all files of a table, given with its catalog; a state that another ref has too costs one look."""
        table = self._names.spark_util.loadIcebergTable(self._spark._jsparkSession, full_name)
        # The session may have the table from an earlier look.
        table.refresh()
        metadata = table.operations().current()
        location = metadata.metadataFileLocation()
        if location in self._walked:
            return
        self._add_metadata(metadata)
        fresh = [snapshot for snapshot in metadata.snapshots() if self._is_new(snapshot.manifestListLocation(), "manifest_list")]
        manifests = [manifest for found in _in_threads(lambda snapshot: list(snapshot.allManifests(table.io())), fresh) for manifest in found]
        opened = [manifest for manifest in manifests if self._is_new(manifest.path(), "manifest")]
        for kind, paths in _in_threads(lambda manifest: self._content(manifest, table), opened):
            self.paths.update(dict.fromkeys(paths, kind))
        self._walked.add(location)

    def _is_new(self, path: str | None, kind: str) -> bool:
        if not path or path in self.paths:
            return False
        self.paths[path] = kind
        return True

    def _add_metadata(self, metadata: Any) -> None:
        older = [entry.file() for entry in metadata.previousFiles()]
        self.paths.update(dict.fromkeys([metadata.metadataFileLocation(), *older], "metadata"))
        statistics = [*metadata.statisticsFiles(), *metadata.partitionStatisticsFiles()]
        self.paths.update(dict.fromkeys((file.path() for file in statistics), "statistics"))

    def _content(self, manifest: Any, table: Any) -> tuple[str, list[str]]:
        """Paths that a manifest says are live; what it says is deleted lives on in an older manifest, or nowhere."""
        reader = self._jvm.org.apache.iceberg.ManifestFiles
        if manifest.content().id() == 0:
            # One text for all paths: each call from Python is a round trip.
            text = self._jvm.java.lang.String.join("\n", reader.readPaths(manifest, table.io(), table.specs()))
            return "data", text.split("\n") if text else []
        files = reader.readDeleteManifest(manifest, table.io(), table.specs())
        try:
            return "delete", [file.location() for file in files.iterator()]
        finally:
            files.close()


def _in_threads(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))

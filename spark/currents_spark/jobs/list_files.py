"""Lists every file that the lake refers to, for whoever removes the others."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.engine.pipeline import Pipeline
from currents_spark.errors import InvalidJobSpecError
from currents_spark.jobs.referenced_files import ReferencedFiles
from currents_spark.runner.control import JobControl
from currents_spark.runner.session import file_io
from currents_spark.runner.spec import JobSpec
from currents_spark.tables.objects import write_text

# States looked at in one go: what they share is opened once, and waiting for S3 is done side by side.
STATES_AT_ONCE = 16


class ListFiles:
    """
    params: `metadata` (the metadata file of each state of a table that is needed, each once), `out_uri`
    (s3:// or file://, NDJSON of {"path", "kind"}).

    Reads only. Every snapshot in a table's metadata counts, not the current one alone. A table that can't be
    read fails the job: a list that lacks a file would have it removed. The object is written when all states
    have been walked.
    """

    def __init__(
        self, spark: SparkSession, spec: JobSpec, control: JobControl, _pipeline: Pipeline | None = None
    ) -> None:
        self._spec, self._control = spec, control
        self._files = ReferencedFiles(spark, file_io(spark, spec.catalog))

    def run(self) -> dict[str, Any]:
        out_uri = str(self._spec.params.get("out_uri") or "")
        locations = [str(location) for location in self._spec.params.get("metadata") or []]
        if not out_uri or not locations:
            raise InvalidJobSpecError(
                f"params: expected out_uri and at least one of metadata, found {out_uri!r} and {locations!r}"
            )
        with self._control.timed("walk"):
            for start in range(0, len(locations), STATES_AT_ONCE):
                self._control.check()
                self._files.add(locations[start : start + STATES_AT_ONCE])
        with self._control.timed("write_list"):
            write_text(out_uri, self._lines(), self._spec.catalog)
        return {
            "files": {
                "uri": out_uri,
                "count": len(self._files.paths),
                "by_kind": dict(Counter(self._files.paths.values())),
                "tables": len(locations),
            }
        }

    def _lines(self) -> Iterator[str]:
        return (
            json.dumps({"path": path, "kind": kind}) + "\n"
            for path, kind in sorted(self._files.paths.items())
        )

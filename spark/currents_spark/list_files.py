"""Lists every file that the lake refers to, for whoever removes the others."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.control import JobControl
from currents_spark.errors import InvalidJobSpecError
from currents_spark.objects import write_text
from currents_spark.referenced_files import ReferencedFiles
from currents_spark.session import add_catalog, at_ref
from currents_spark.spec import JobSpec


class ListFiles:
    """
    params: `refs` (list of {name, hash}; the hash fixes the state, null takes the ref's head), `tables` (names, or
    null for all that a ref has), `out_uri` (s3:// or file://, NDJSON of {"path", "kind"}).

    Reads only. Every snapshot in a table's metadata counts, not the current one alone. A table that can't be read fails
    the job: a list that lacks a file would have it removed. The object is written when all refs have been walked.
    """

    def __init__(self, spark: SparkSession, spec: JobSpec, control: JobControl) -> None:
        self._spark, self._spec, self._control = spark, spec, control
        self._tables = spec.params.get("tables")
        self._files = ReferencedFiles(spark)

    def run(self) -> dict[str, Any]:
        out_uri = str(self._spec.params.get("out_uri") or "")
        refs = self._spec.params.get("refs") or []
        if not out_uri or not refs:
            raise InvalidJobSpecError(f"params: expected out_uri and at least one of refs, found {out_uri!r} and {refs!r}")
        for number, ref in enumerate(refs):
            with self._control.timed(f"walk_{ref['name']}"):
                self._walk(f"listed_{number}", ref)
        with self._control.timed("write_list"):
            write_text(out_uri, self._lines(), self._spec.catalog)
        return {"files": {"uri": out_uri, "count": len(self._files.paths), "by_kind": dict(Counter(self._files.paths.values())), "tables": self._files.tables}}

    def _walk(self, catalog: str, ref: dict[str, Any]) -> None:
        add_catalog(self._spark, catalog, at_ref(self._spec.catalog, str(ref["name"]), ref.get("hash")))
        for name in self._names(catalog):
            self._control.check()
            self._files.add(f"{catalog}.{name}")

    def _names(self, catalog: str) -> Iterator[str]:
        for row in self._spark.sql(f"SHOW NAMESPACES IN {catalog}").collect():
            for table in self._spark.sql(f"SHOW TABLES IN {catalog}.{row.namespace}").collect():
                name = f"{row.namespace}.{table.tableName}"
                if self._tables is None or name in self._tables:
                    yield name

    def _lines(self) -> Iterator[str]:
        return (json.dumps({"path": path, "kind": kind}) + "\n" for path, kind in sorted(self._files.paths.items()))

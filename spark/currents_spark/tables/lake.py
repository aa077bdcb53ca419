"""The tables of a job's branch, each loaded once and pinned to the state that the job found."""

import threading

from pyspark.sql import SparkSession

from currents_spark.runner.spec import JobSpec
from currents_spark.tables.lake_table import LakeTable
from currents_spark.tables.table_definition import TableDefinition


class Lake:
    """
    Handles by table. All that a job reads is pinned when first asked for, so ask before anything is written;
    then what one step appends can't change what another step, running beside it, reads.
    """

    def __init__(self, spark: SparkSession, spec: JobSpec) -> None:
        self.session = spark
        self._outputs = spec.outputs
        self.identity = f"{spec.catalog.uri} {spec.catalog.warehouse}"
        self._tables: dict[str, LakeTable] = {}
        self._lock = threading.Lock()

    def table(self, definition: TableDefinition) -> LakeTable:
        with self._lock:
            if definition.name not in self._tables:
                self._tables[definition.name] = self.loaded(definition)
            return self._tables[definition.name]

    def loaded(self, definition: TableDefinition, *, is_changed: bool = False) -> LakeTable:
        """A new handle. It alters no table that is not an output of the run: the merge would be rejected."""
        may_alter = self._outputs is None or definition.name in self._outputs
        return LakeTable(self.session, definition, is_changed=is_changed, may_alter=may_alter)

    def pin_again(self, definition: TableDefinition) -> LakeTable:
        """A handle on the state that the job itself has made; older handles keep what they are pinned to."""
        with self._lock:
            self._tables[definition.name] = self.loaded(definition, is_changed=True)
            return self._tables[definition.name]

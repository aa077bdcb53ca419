"""The tables of a job's branch, each loaded once and pinned to the state that the job found."""

import threading

from pyspark.sql import SparkSession

from currents_spark.tables.lake_table import LakeTable, TableDefinition


class Lake:
    """
    Handles by table. All that a job reads is pinned when first asked for, so ask before anything is written;
    then what one step appends can't change what another step, running beside it, reads.
    """

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._tables: dict[str, LakeTable] = {}
        self._lock = threading.Lock()

    def table(self, definition: TableDefinition) -> LakeTable:
        with self._lock:
            if definition.name not in self._tables:
                self._tables[definition.name] = LakeTable(self._spark, definition)
            return self._tables[definition.name]

    def pin_again(self, definition: TableDefinition) -> LakeTable:
        """A handle on the state that the job itself has made; older handles keep what they are pinned to."""
        with self._lock:
            self._tables[definition.name] = LakeTable(self._spark, definition, is_changed=True)
            return self._tables[definition.name]

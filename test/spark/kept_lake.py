"""A lake that is made once and put back before each test that changes it."""

import shutil
from copy import deepcopy

from pyspark.sql import SparkSession

from nem_dates import operations_of
from nem_lake import NemLake


class KeptLake:
    """A lake in memory as it was when this was made: every table's metadata, and what its log has given."""

    def __init__(self, lake: NemLake) -> None:
        self._lake, self._log, self._runs = lake, deepcopy(lake.log), lake.runs
        self._states = {
            name: operations_of(lake, name).current().metadataFileLocation() for name in tables_of(lake)
        }

    def as_it_was(self) -> NemLake:
        sql = self._lake.session.sql
        self._lake.session.catalog.clearCache()
        for name in tables_of(self._lake):
            sql(f"DROP TABLE lake.{name}")
        for name, metadata in self._states.items():
            sql(f"CALL lake.system.register_table(table => '{name}', metadata_file => '{metadata}')")
        self._lake.log, self._lake.runs = deepcopy(self._log), self._runs
        return self._lake


class KeptFolder:
    """The same of a lake in a folder, whose tables name their files by that folder's path."""

    def __init__(self, spark: SparkSession, lake: NemLake) -> None:
        self._spark, self._lake = spark, lake
        self._copy = lake.folder.with_name("kept")
        shutil.copytree(lake.folder, self._copy)

    def as_it_was(self) -> NemLake:
        """With a session of its own: the one before has the tables in its cache."""
        shutil.rmtree(self._lake.folder)
        again = NemLake(self._spark, self._lake.folder, "hadoop")
        shutil.copytree(self._copy, again.folder, dirs_exist_ok=True)
        again.log, again.runs = deepcopy(self._lake.log), self._lake.runs
        # Has the session load its catalog: what asks by name for a table looks for it among the loaded ones.
        tables_of(again)
        return again


def tables_of(lake: NemLake) -> list[str]:
    namespaces = lake.values("SHOW NAMESPACES IN lake")
    return [
        f"{namespace}.{row.tableName}"
        for namespace in namespaces
        for row in lake.rows(f"SHOW TABLES IN lake.{namespace}")
    ]

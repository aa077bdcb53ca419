"""Upkeep of one table: finds the needed work and does it."""

import time

from pyspark.sql import SparkSession

from currents_spark.jobs.due_files import DueFiles
from currents_spark.jobs.maintain_params import MaintainParams
from currents_spark.jobs.table_files import Settled, TableState, table_state
from currents_spark.runner.session import CATALOG
from currents_spark.tables.catalog_tables import fresh_table

DATA_FILES, MANIFESTS, SNAPSHOTS = "data_files", "manifests", "snapshots"
# As Iceberg has it: a file below this share of the target is small.
SMALL_SHARE = 0.75
MANIFEST_TARGET_BYTES = 8 * 1024 * 1024


class TableUpkeep:
    """Looks at the table when it is made, and again after each step that changes it."""

    def __init__(self, spark: SparkSession, name: str, params: MaintainParams) -> None:
        self._spark, self._name, self._params = spark, name, params
        self._started_ms = _now_ms()
        self._state = self._look()

    def figures(self) -> dict[str, int]:
        """As of the last look."""
        return self._state.figures()

    def needs(self) -> list[str]:
        """In the order in which it has to be done; empty when the table is well as it is."""
        due = {
            DATA_FILES: bool(self._due()),
            MANIFESTS: self._has_scattered_manifests(),
            SNAPSHOTS: self._has_old_snapshots(),
        }
        return [need for need, is_due in due.items() if is_due]

    def run(self, needs: list[str]) -> None:
        if DATA_FILES in needs:
            self._rewrite_data_files()
            self._rewrite_deletes()
        if DATA_FILES in needs and self._has_scattered_manifests() or MANIFESTS in needs:
            self._call("rewrite_manifests", use_caching="false")
        if SNAPSHOTS in needs:
            self._expire_snapshots()

    def _look(self) -> TableState:
        settled = (
            Settled(self._params.settled_by, self._params.settled_minutes)
            if self._params.settled_by
            else None
        )
        return table_state(
            self._spark,
            f"{CATALOG}.{self._name}",
            int(self._params.target_file_mb * 1024 * 1024 * SMALL_SHARE),
            settled,
        )

    def _due(self) -> DueFiles:
        return DueFiles(self._state, self._params, dict(self._spark.table(f"{CATALOG}.{self._name}").dtypes))

    def _has_old_snapshots(self) -> bool:
        return self._params.expire_older_than_hours is not None and any(
            made_ms < self._needed_since_ms() for made_ms in self._state.older_snapshots
        )

    def _needed_since_ms(self) -> int:
        """
        Snapshots made before it are to leave the metadata: they were replaced longer ago than the limit,
        whenever they were made, and before this upkeep began, which would else take away what queries were
        planned on a minute ago.
        """
        limit_ms = _now_ms() - int((self._params.expire_older_than_hours or 0) * 3_600_000)
        return self._state.needed_since_ms(min(limit_ms, self._started_ms))

    def _has_scattered_manifests(self) -> bool:
        """
        More manifests than their content fills, as many as Iceberg would merge on a commit at the least.
        """
        sizes = self._state.data_manifests
        return len(sizes) >= max(self._params.min_input_files, 2 * (1 + sum(sizes) // MANIFEST_TARGET_BYTES))

    def _rewrite_data_files(self) -> None:
        """
        All that is due in one commit. Rows of a file with deletes are written without them, and the deletes
        dropped, which is safe since the branch has no other writer whose deletes could refer to the old
        files.
        """
        options = {
            "target-file-size-bytes": self._params.target_file_mb * 1024 * 1024,
            "min-input-files": self._params.min_input_files,
            "delete-file-threshold": 1,
            "remove-dangling-deletes": "true",
            "use-starting-sequence-number": "false",
            # A group is a task's worth of sorting in a small heap.
            "max-concurrent-file-group-rewrites": 2,
            "partial-progress.enabled": "false",
        }
        pairs = ", ".join(f"'{key}', '{value}'" for key, value in options.items())
        where = self._due().where()
        self._call(
            "rewrite_data_files",
            options=f"map({pairs})",
            **self._order(),
            **({"where": f'"{where}"'} if where else {}),
        )

    def _rewrite_deletes(self) -> None:
        """Deletes that outlive the data files they were for; none are left as a rule."""
        if self.figures()["delete_files"]:
            self._call("rewrite_position_delete_files", options="map('rewrite-all', 'true')")

    def _order(self) -> dict[str, str]:
        columns = set(self._spark.table(f"{CATALOG}.{self._name}").columns)
        order = [column for column in self._params.sort_by if column in columns]
        return {"strategy": "'sort'", "sort_order": f"'{', '.join(order)}'"} if order else {}

    def _expire_snapshots(self) -> None:
        """
        Takes old snapshots out of the table's metadata, in one commit; their files stay, because other refs
        share them.

        Nessie's tables forbid expiry by `gc.enabled`, for the sake of those files; it is allowed for this
        commit alone.
        """
        table = fresh_table(self._spark, f"{CATALOG}.{self._name}")
        before = table.properties().get("gc.enabled")
        transaction = table.newTransaction()
        transaction.updateProperties().set("gc.enabled", "true").commit()
        transaction.expireSnapshots().expireOlderThan(self._needed_since_ms()).retainLast(
            1
        ).cleanExpiredFiles(False).commit()
        properties = transaction.updateProperties()
        (properties.remove("gc.enabled") if before is None else properties.set("gc.enabled", before)).commit()
        transaction.commitTransaction()
        self._state = self._look()

    def _call(self, procedure: str, **arguments: str) -> None:
        named = ", ".join(
            f"{name} => {value}" for name, value in {"table": f"'{self._name}'", **arguments}.items()
        )
        self._spark.sql(f"CALL {CATALOG}.system.{procedure}({named})").collect()
        self._state = self._look()


def _now_ms() -> int:
    return int(time.time() * 1000)

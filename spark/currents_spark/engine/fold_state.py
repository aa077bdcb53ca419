"""The state table of a fold: a log of states by key, of which the newest count."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.fold import Fold
from currents_spark.engine.held import Held
from currents_spark.tables.lake_table import LakeTable

# Every run reads all files, and each adds one.
FILES_MAX = 16
# Upkeep makes one file of many, but leaves rows as they are.
ROWS_PER_KEY_MAX = 16


class FoldState:
    def __init__(self, table: LakeTable, fold: Fold, held: Held) -> None:
        self._table, self._fold = table, fold
        newest = F.expr("max(struct(version, ask_at)) AS newest")
        rows = table.read().groupBy(fold.key).agg(newest)
        self._newest = held.hold(rows.selectExpr(fold.key, "newest.version", "newest.ask_at"))

    def wanted(self, keys: DataFrame, now_s: float) -> DataFrame:
        """The newest state of each of the keys, and of each that asked for a look by now."""
        key = self._fold.key
        newest = self._newest.join(keys.selectExpr(key, "true AS has_records"), key, "left")
        wanted = newest.where(f"has_records OR ask_at <= timestamp_seconds({now_s!r}D)")
        return self._table.read().join(wanted.select(key, "version"), [key, "version"])

    def write(self, states: DataFrame, count: int) -> None:
        """Appends new versions, or writes the newest of every key again once there are too many older ones."""
        if not self._has_too_many():
            self._table.append(states, count)
            return
        key, columns = self._fold.key, self._table.definition.column_names
        others = self._newest.join(states.select(key), key, "left_anti").select(key, "version")
        kept = self._table.read().join(others, [key, "version"])
        self._table.overwrite(states.select(*columns).unionByName(kept.select(*columns)))

    def _has_too_many(self) -> bool:
        figures = self._table.figures("total-data-files", "total-records")
        if not figures:
            return False
        files, rows = figures
        return files >= FILES_MAX or rows > ROWS_PER_KEY_MAX * self._newest.count()

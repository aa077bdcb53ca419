"""What a table is made of, from its metadata tables: no row is read."""

from typing import Any

from pyspark.sql import SparkSession

DATA = 0


class TableFiles:
    """The current snapshot of one table, looked at anew with each call."""

    def __init__(self, spark: SparkSession, full_name: str) -> None:
        self._spark, self.full_name = spark, full_name

    def figures(self) -> dict[str, int]:
        """Numbers of data files, delete files and manifests, and the bytes of data and delete files together."""
        files = self._one(f"SELECT count_if(content = {DATA}) AS files, count_if(content <> {DATA}) AS delete_files, "
                          f"coalesce(sum(file_size_in_bytes), 0) AS bytes FROM {self.full_name}.files")
        manifests = self._one(f"SELECT count(*) AS manifests FROM {self.full_name}.manifests")
        return {**files, **manifests}

    def partitions(self, small_bytes: int) -> list[dict[str, Any]]:
        """Each partition's value as text (null when the table has none), its small data files and its delete files."""
        partition = "to_json(partition)" if self._is_partitioned() else "CAST(NULL AS STRING)"
        rows = self._spark.sql(
            f"SELECT {partition} AS value, count_if(content = {DATA} AND file_size_in_bytes < {small_bytes}) AS small_files, "
            f"count_if(content <> {DATA}) AS delete_files FROM {self.full_name}.files GROUP BY 1 ORDER BY 1").collect()
        return [row.asDict() for row in rows]

    def manifest_sizes(self) -> list[int]:
        """Bytes of each data manifest."""
        return [row.length for row in self._spark.sql(f"SELECT length FROM {self.full_name}.manifests WHERE content = {DATA}").collect()]

    def snapshots_older_than(self, hours: float) -> int:
        """How many snapshots are older, the current one excepted."""
        query = (f"SELECT count(*) AS n FROM {self.full_name}.snapshots WHERE committed_at < current_timestamp() - make_interval(0, 0, 0, 0, 0, 0, {hours * 3600}) "
                 f"AND snapshot_id <> (SELECT max_by(snapshot_id, made_current_at) FROM {self.full_name}.history)")
        return int(self._one(query)["n"])

    def _is_partitioned(self) -> bool:
        return "partition" in self._spark.table(f"{self.full_name}.files").columns

    def _one(self, query: str) -> dict[str, int]:
        return self._spark.sql(query).collect()[0].asDict()

"""Which files of a table are due to be rewritten, and the condition that picks them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from currents_spark.jobs.maintain_params import MaintainParams
from currents_spark.jobs.table_files import PartitionFiles, TableState

_PARTITION_LITERALS = {"date": "DATE ", "string": ""}
_SETTLED_LITERALS = {"timestamp": "TIMESTAMP '{}Z'", "timestamp_ntz": "TIMESTAMP_NTZ '{}'"}


@dataclass(frozen=True)
class DueFiles:
    """`types`: Spark's type of each column of the table."""

    state: TableState
    params: MaintainParams
    types: dict[str, str]

    def __bool__(self) -> bool:
        return bool(self._cold() or self._hot())

    def where(self) -> str | None:
        """Null where partitions are not plain values of one column: Iceberg then looks at all."""
        column = self._partition_column()
        if column is None:
            return None
        parts = [f"{column} IN ({self._values(column, self._cold())})"] if self._cold() else []
        if self._hot():
            parts.append(
                f"({column} IN ({self._values(column, self._hot())}) AND {self.params.settled_by} <= {self._settled_until()})"
            )
        return " OR ".join(parts)

    def _cold(self) -> list[PartitionFiles]:
        cold = self.state.partitions[: self._first_hot()]
        return [
            partition
            for partition in cold
            if partition.delete_files or partition.small_files >= self.params.min_input_files
        ]

    def _hot(self) -> list[PartitionFiles]:
        """Those with files that live runs have left behind, where a condition can tell them from the rest."""
        if self._partition_column() is None or self._settled_type() not in _SETTLED_LITERALS:
            return []
        hot = self.state.partitions[self._first_hot() :]
        return [
            partition for partition in hot if partition.settled_small_files >= self.params.min_input_files
        ]

    def _first_hot(self) -> int:
        found = len(self.state.partitions)
        return found - (self.params.hot_partitions if found > 1 else 0)

    def _settled_until(self) -> str:
        return _SETTLED_LITERALS[self._settled_type()].format(
            datetime(1970, 1, 1) + timedelta(microseconds=self.state.settled_until or 0)
        )

    def _settled_type(self) -> str:
        return self.types.get(self.params.settled_by or "", "")

    def _partition_column(self) -> str | None:
        values = [json.loads(partition.value or "{}") for partition in self.state.partitions]
        columns = {column for value in values for column in value}
        column = columns.pop() if len(columns) == 1 and all(len(value) == 1 for value in values) else ""
        return column if self.types.get(column) in _PARTITION_LITERALS else None

    def _values(self, column: str, partitions: list[PartitionFiles]) -> str:
        literal = _PARTITION_LITERALS[self.types[column]]
        return ", ".join(
            f"{literal}'{json.loads(partition.value or '')[column]}'" for partition in partitions
        )

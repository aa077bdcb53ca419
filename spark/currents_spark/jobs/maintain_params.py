"""What upkeep is asked to do."""

from dataclasses import dataclass, field, replace
from typing import Any

from currents_spark.errors import InvalidJobSpecError


@dataclass(frozen=True)
class MaintainParams:
    """
    `target_file_mb`: size that files are rewritten to. `min_input_files`: a partition with fewer small files,
    and without deletes, is left alone. `hot_partitions`: upkeep leaves so many of the newest partitions
    alone, because the statistics of their small files let live runs skip reading them. Of these partitions it
    rewrites only settled files: their newest `settled_by` is `settled_minutes` older than the table's.
    `expire_older_than_hours`: snapshots replaced longer ago leave the table's metadata, their files stay;
    null keeps all. `sort_by`: columns by which rewritten files are sorted, where a table has them.
    `time_columns`: the declared time column of each table, which stands for `settled_by` and `sort_by` there.
    `dry_run` writes nothing.
    """

    target_file_mb: int = 128
    min_input_files: int = 5
    expire_older_than_hours: float | None = None
    hot_partitions: int = 0
    settled_by: str | None = None
    settled_minutes: int = 60
    dry_run: bool = False
    sort_by: tuple[str, ...] = ()
    time_columns: dict[str, str] = field(default_factory=dict)

    def of_table(self, name: str) -> "MaintainParams":
        """As they hold for one table."""
        column = self.time_columns.get(name)
        return self if column is None else replace(self, settled_by=column, sort_by=(column,))

    @classmethod
    def of(cls, params: dict[str, Any]) -> "MaintainParams":
        """
        Raises InvalidJobSpecError for what is no number or too small. `remove_orphans` is no work for one
        branch: ignored.
        """
        given = {name: params[name] for name in cls.__dataclass_fields__ if params.get(name) is not None}
        try:
            numbers = {
                name: float(value)
                for name, value in given.items()
                if name not in ("dry_run", "sort_by", "settled_by", "time_columns")
            }
        except (TypeError, ValueError) as wrong:
            raise InvalidJobSpecError(f"params: expected numbers, found {given}") from wrong
        if (
            numbers.get("target_file_mb", 1) < 1
            or numbers.get("min_input_files", 2) < 2
            or min(numbers.values(), default=0) < 0
        ):
            raise InvalidJobSpecError(
                "params: expected target_file_mb >= 1, min_input_files >= 2 and nothing negative, "
                f"found {given}"
            )
        whole = {name: int(value) for name, value in numbers.items() if name != "expire_older_than_hours"}
        return cls(
            **whole,
            expire_older_than_hours=numbers.get("expire_older_than_hours"),
            dry_run=bool(given.get("dry_run")),
            sort_by=tuple(given.get("sort_by") or ()),
            settled_by=given.get("settled_by"),
            time_columns=dict(given.get("time_columns") or {}),
        )

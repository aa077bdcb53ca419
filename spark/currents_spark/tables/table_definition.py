"""A table of the lake as data."""

from dataclasses import dataclass

from currents_spark.runner.session import CATALOG
from currents_spark.sql_text import literal

# `delete-after-commit` stays off: other branches share the older metadata files.
TABLE_PROPERTIES = {
    "format-version": "2",
    "write.merge.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.delete.mode": "merge-on-read",
    "write.distribution-mode": "none",
    "write.merge.distribution-mode": "none",
    "write.spark.fanout.enabled": "true",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.previous-versions-max": "20",
    "write.metadata.delete-after-commit.enabled": "false",
    "commit.manifest.min-count-to-merge": "24",
}


@dataclass(frozen=True)
class TableDefinition:
    """
    A table as data: name with namespace, columns as (name, Spark type), optional partition column.
    `comments`: (column, text) of the columns that say what they hold.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    partitioned_by: str | None = None
    comments: tuple[tuple[str, str], ...] = ()

    @property
    def column_names(self) -> list[str]:
        return [name for name, _ in self.columns]

    def create_statement(self) -> str:
        said = {name: f" COMMENT {literal(text)}" for name, text in self.comments}
        columns = ", ".join(f"`{name}` {kind}{said.get(name, '')}" for name, kind in self.columns)
        partition = f"PARTITIONED BY (`{self.partitioned_by}`)" if self.partitioned_by else ""
        properties = ", ".join(f"'{key}'='{value}'" for key, value in TABLE_PROPERTIES.items())
        return (
            f"CREATE TABLE IF NOT EXISTS {CATALOG}.{self.name} ({columns}) USING iceberg {partition} "
            f"TBLPROPERTIES ({properties})"
        )

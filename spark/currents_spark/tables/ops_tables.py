"""The ops tables of a pipeline: what each of its runs took in, rejected, counted and proved."""

from dataclasses import dataclass
from functools import cache

from currents_spark.tables.table_definition import TableDefinition

_DEAD_LETTERS = (
    ("pipeline", "string"),
    ("stage", "string"),
    ("reason", "string"),
    ("rule", "string"),
    ("source_file", "string"),
    ("topic", "string"),
    ("partition", "int"),
    ("offset", "bigint"),
    ("payload", "string"),
    ("first_seen_at", "timestamp"),
    ("run_id", "string"),
    ("source_sha256", "string"),
    ("source_line", "int"),
    ("original_topic", "string"),
    ("original_partition", "int"),
    ("original_offset", "bigint"),
    ("error_message", "string"),
    ("headers", "map<string,string>"),
    ("status", "string"),
)
_INGEST_LEDGER = (
    ("pipeline", "string"),
    ("run_id", "string"),
    ("kind", "string"),
    ("topic", "string"),
    ("partition", "int"),
    ("start_offset", "bigint"),
    ("end_offset", "bigint"),
    ("object_uri", "string"),
    ("checksum", "string"),
    ("records", "bigint"),
    ("recorded_at", "timestamp"),
)
_REFINE_COUNTS = (
    ("pipeline", "string"),
    ("run_id", "string"),
    ("table_name", "string"),
    ("rows_in", "bigint"),
    ("bronze_rows", "bigint"),
    ("redelivered", "bigint"),
    ("inserted", "bigint"),
    ("updated", "bigint"),
    ("duplicates", "bigint"),
    ("superseded", "bigint"),
    ("dead_letters", "bigint"),
    ("interval_min", "timestamp_ntz"),
    ("interval_max", "timestamp_ntz"),
    ("recorded_at", "timestamp"),
)
_GATE_RESULTS = (
    ("pipeline", "string"),
    ("run_id", "string"),
    ("suite", "string"),
    ("stage", "string"),
    ("table_name", "string"),
    ("expectation", "string"),
    ("column_name", "string"),
    ("severity", "string"),
    ("success", "boolean"),
    ("evaluated", "bigint"),
    ("unexpected", "bigint"),
    ("unexpected_percent", "double"),
    ("observed", "string"),
    ("detail", "string"),
    ("branch", "string"),
    ("hash", "string"),
    ("result_uri", "string"),
    ("recorded_at", "timestamp"),
)


@dataclass(frozen=True)
class OpsTables:
    """`dead_letter_events` is made by the first decision of an operator, and only read here."""

    dead_letters: TableDefinition
    ingest_ledger: TableDefinition
    refine_counts: TableDefinition
    gate_results: TableDefinition
    dead_letter_events: str

    @property
    def all(self) -> tuple[TableDefinition, ...]:
        """Those that jobs create."""
        return (self.dead_letters, self.ingest_ledger, self.refine_counts, self.gate_results)


@cache
def ops_tables(pipeline: str) -> OpsTables:
    """
    In a namespace of the pipeline's own: Nessie reports a conflict as soon as two branches changed one table,
    so tables shared by pipelines would make their runs wait for each other.
    """
    namespace = f"{pipeline}_ops"
    return OpsTables(
        TableDefinition(f"{namespace}.dead_letters", _DEAD_LETTERS),
        TableDefinition(f"{namespace}.ingest_ledger", _INGEST_LEDGER),
        TableDefinition(f"{namespace}.refine_counts", _REFINE_COUNTS),
        TableDefinition(f"{namespace}.gate_results", _GATE_RESULTS),
        f"{namespace}.dead_letter_events",
    )

"""Tables of the core that every pipeline shares: what each run took in, refused, counted and proved."""

from currents_spark.tables.lake_table import TableDefinition

DEAD_LETTERS = TableDefinition(
    "ops.dead_letters",
    (
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
    ),
)

INGEST_LEDGER = TableDefinition(
    "ops.ingest_ledger",
    (
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
    ),
)

REFINE_COUNTS = TableDefinition(
    "ops.refine_counts",
    (
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
    ),
)

GATE_RESULTS = TableDefinition(
    "ops.gate_results",
    (
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
    ),
)

OPS_TABLES: tuple[TableDefinition, ...] = (DEAD_LETTERS, INGEST_LEDGER, REFINE_COUNTS, GATE_RESULTS)

"""Rows of dead_letters from the judged batch: what Spark rejected, and what ingest had rejected before."""

from pyspark.sql import DataFrame

from currents_spark.engine.message import header
from currents_spark.engine.shape import of_quarantine
from currents_spark.runner.batch_params import QUARANTINED, Quarantine
from currents_spark.sql_text import literal
from currents_spark.tables.table_definition import TableDefinition


def dead_letter_rows(
    batch: DataFrame,
    table: TableDefinition,
    pipeline: str,
    run_id: str,
    quarantines: tuple[Quarantine, ...] = (),
) -> DataFrame:
    """`feed` and the table's columns; records that repeat an earlier one of the batch are left out."""
    refused = batch.where("(is_dead OR reason IS NOT NULL) AND NOT repeated")
    first_seen = f"coalesce(try_cast({header('currents.first-seen-at')} AS TIMESTAMP), ingested_at)"
    reason_of_ingest = (
        f"coalesce({header('currents.reason')}, lower({_connect('exception.class.name')}), 'unknown')"
    )
    return refused.selectExpr(
        "feed",
        f"'{pipeline}' AS pipeline",
        f"'{run_id}' AS run_id",
        "'new' AS status",
        "topic",
        "partition",
        "offset",
        "payload",
        "headers",
        "source_sha256",
        "source_line",
        f"coalesce({first_seen}, timestamp) AS first_seen_at",
        f"coalesce({header('currents.source-file')}, source_file) AS source_file",
        f"{_either(header('currents.stage'), _STAGE)} AS stage",
        f"{_either(reason_of_ingest, 'reason')} AS reason",
        f"{_either(header('currents.rule'), 'rule')} AS rule",
        f"{_either(_connect('topic'), 'topic')} AS original_topic",
        f"try_cast({_either(_connect('partition'), 'partition')} AS INT) AS original_partition",
        f"try_cast({_either(_connect('offset'), 'offset')} AS BIGINT) AS original_offset",
        f"{_either(_connect('exception.message'), _explanation(quarantines))} AS error_message",
    ).select("feed", *table.column_names)


_STAGE = f"CASE WHEN reason = '{QUARANTINED}' THEN 'gate' ELSE 'bronze' END"


def _explanation(quarantines: tuple[Quarantine, ...]) -> str:
    """The operator's own text, or one made from the rule."""
    said = [
        f"WHEN reason = '{QUARANTINED}' AND {of_quarantine(each)} THEN {literal(each.reason)}"
        for each in quarantines
    ]
    of_rule = "concat(reason, ': expected ', rule)"
    return f"CASE {' '.join(said)} ELSE {of_rule} END" if said else of_rule


def _connect(name: str) -> str:
    return header(f"__connect.errors.{name}")


def _either(from_ingest: str, from_spark: str) -> str:
    return f"CASE WHEN is_dead THEN {from_ingest} ELSE CAST({from_spark} AS STRING) END"

"""Evidence of a failed run reaches the lake by a branch of its own, and once."""

import json
from pathlib import Path

from pyspark.sql import SparkSession

from currents_spark.jobs.evidence import PublishEvidence
from currents_spark.pipelines.nem.definition import PIPELINE
from nem_lake import NemLake
from nem_messages import scada

GATE = {
    "pipeline": "nem",
    "run_id": "run-1",
    "suite": "bronze_dispatch",
    "stage": "bronze",
    "table_name": "nem.bronze_dispatch",
    "expectation": "expect_column_values_to_not_be_null",
    "column_name": "unit_id",
    "severity": "critical",
    "success": False,
    "evaluated": 493,
    "unexpected": 20,
    "unexpected_percent": 4.06,
    "observed": None,
    "detail": "{}",
    "branch": "slot_1",
    "hash": "abc",
    "result_uri": None,
    "recorded_at": "2026-11-21T03:00:00.000Z",
}


def publish(failed: NemLake, into: NemLake, uris: list[str]) -> dict:
    spec = into.spec("publish_evidence", run_id="run-1", from_ref=str(failed.folder), gate_results_uris=uris)
    return PublishEvidence(into.session, spec, into.control(spec), PIPELINE).run()


def test_dead_letters_and_gate_results_of_the_failed_run_are_appended_once(
    spark: SparkSession, tmp_path: Path
) -> None:
    lake = NemLake(spark, tmp_path / "lake", "hadoop")
    failed = NemLake(spark, tmp_path / "failed", "hadoop")
    failed.log.send("nem_dispatch", [scada("A", "NaN"), scada("B", "1", line=4)])
    failed.refine()
    rows = tmp_path / "gates.ndjson"
    rows.write_text(json.dumps(GATE) + "\n")
    assert publish(failed, lake, [rows.as_uri()])["written_tables"] == [
        "nem_ops.dead_letters",
        "nem_ops.gate_results",
    ]
    assert publish(failed, lake, [rows.as_uri()])["written_tables"] == []
    assert sorted(table for (_, table, _) in lake.values("SHOW TABLES IN lake.nem_ops")) == [
        "dead_letters",
        "gate_results",
    ]
    assert lake.values("SELECT reason, run_id FROM lake.nem_ops.dead_letters") == [
        ("scadavalue_not_a_number", "run-1")
    ]
    assert lake.values("SELECT unexpected, CAST(recorded_at AS STRING) FROM lake.nem_ops.gate_results") == [
        (20, "2026-11-21 03:00:00")
    ]

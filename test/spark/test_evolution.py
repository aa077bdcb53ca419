"""Declarations that changed since a table was made: additive ones reach it, others are rejected by name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.engine.feed import FeedColumn
from currents_spark.engine.pipeline import Pipeline
from currents_spark.errors import SchemaChangeNotAdditiveError
from currents_spark.jobs.describe_tables import DescribeTables
from currents_spark.jobs.evidence import PublishEvidence
from currents_spark.pipelines.nem.definition import PIPELINE as NEM
from currents_spark.pipelines.nem.load_reference import LoadReference
from kept_lake import KeptLake
from nem_lake import NemLake, unit
from toy_lake import ToyLake, event, toy

SILVER, BRONZE = "toy.silver_events", "toy.bronze_events"
AT = "2026-03-01T10:00:00Z"


def with_humidity(kind: str = "double") -> Pipeline:
    """The toy, which has begun to send and show one more measure."""
    declared = toy()
    feed = replace(
        declared.feeds[0],
        measures=(*declared.feeds[0].measures, FeedColumn("humidity_percent", "humidity_percent", kind)),
    )
    silver = declared.silver_tables[0]
    columns = (*silver.definition.columns, ("humidity_percent", kind))
    part = replace(
        silver.parts[0],
        feed=feed,
        columns={**silver.parts[0].columns, "humidity_percent": "humidity_percent"},
    )
    table = replace(silver, definition=replace(silver.definition, columns=columns), parts=(part,))
    return replace(declared, feeds=(feed,), silver_tables=(table,))


def with_silver_type(column: str, kind: str) -> Pipeline:
    declared = toy()
    silver = declared.silver_tables[0]
    columns = tuple((name, kind if name == column else was) for name, was in silver.definition.columns)
    table = replace(silver, definition=replace(silver.definition, columns=columns))
    return replace(declared, silver_tables=(table,))


def with_silver_partition(column: str | None) -> Pipeline:
    declared = toy()
    silver = declared.silver_tables[0]
    table = replace(silver, definition=replace(silver.definition, partitioned_by=column))
    return replace(declared, silver_tables=(table,))


@pytest.fixture(scope="module")
def kept(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> KeptLake:
    lake = ToyLake(spark, tmp_path_factory.mktemp("old") / "lake")
    lake.send(event("A", AT), event("B", AT)).refine()
    return KeptLake(lake)


@pytest.fixture
def old(kept: KeptLake) -> ToyLake:
    lake = kept.as_it_was()
    assert isinstance(lake, ToyLake)
    lake.pipeline, lake.outputs = toy(), None
    return lake


def types_of(lake: NemLake, table: str) -> dict[str, str]:
    return dict(lake.session.table(f"lake.{table}").dtypes)


def described(lake: ToyLake) -> list[dict[str, Any]]:
    spec = lake.spec("describe_tables")
    return DescribeTables(lake.session, spec, lake.control(spec), lake.pipeline).run()["pending_changes"]


def test_a_declared_column_is_added_to_bronze_and_silver_before_the_run_writes(old: ToyLake) -> None:
    old.pipeline = with_humidity()
    pending = {
        "column": "humidity_percent",
        "found": None,
        "expected": "double",
        "is_additive": True,
    }
    assert described(old) == [{"table": BRONZE, **pending}, {"table": SILVER, **pending}]
    assert "humidity_percent" not in types_of(old, SILVER)
    # The first record corrects a row of the old schema, the second one only repeats it.
    old.send(
        event("A", AT, humidity_percent=55), event("B", AT), event("C", AT, humidity_percent=60)
    ).refine()
    rows = f"SELECT device_id, humidity_percent FROM lake.{SILVER} ORDER BY 1"
    assert old.values(rows) == [("A", 55.0), ("B", None), ("C", 60.0)]
    assert old.values(f"SELECT count(*), count(humidity_percent) FROM lake.{BRONZE}") == [(5, 2)]
    assert described(old) == []
    old.send(event("B", AT, humidity_percent=1)).refine()
    assert old.values(rows) == [("A", 55.0), ("B", 1.0), ("C", 60.0)]


def test_a_table_that_the_merge_may_not_change_is_read_as_declared_and_left_as_it_is(old: ToyLake) -> None:
    old.pipeline = with_humidity()
    old.outputs = [BRONZE, "toy_ops.ingest_ledger", "toy_ops.refine_counts"]
    old.send(b"{oops").refine()
    assert ("humidity_percent" in types_of(old, BRONZE), "humidity_percent" in types_of(old, SILVER)) == (
        True,
        False,
    )


def test_a_type_is_widened_where_iceberg_can(old: ToyLake) -> None:
    old.pipeline = with_silver_type("partition", "bigint")
    assert [(change["found"], change["expected"]) for change in described(old)] == [("int", "bigint")]
    old.send(event("A", AT, temperature_c=1)).refine()
    assert types_of(old, SILVER)["partition"] == "bigint"
    assert old.values(f"SELECT device_id, partition FROM lake.{SILVER} ORDER BY 1") == [("A", 0), ("B", 0)]


def with_silver_comment(text: str) -> Pipeline:
    declared = toy()
    silver = declared.silver_tables[0]
    comments = {**dict(silver.definition.comments), "temperature_c": text}
    table = replace(silver, definition=replace(silver.definition, comments=tuple(comments.items())))
    return replace(declared, silver_tables=(table,))


def comment_of(lake: NemLake, table: str, column: str) -> str | None:
    rows = lake.rows(f"DESCRIBE TABLE lake.{table}")
    return next(row.comment for row in rows if row.col_name == column)


def versions_of(lake: NemLake, table: str) -> int:
    (count,) = lake.values(f"SELECT count(*) FROM lake.{table}.metadata_log_entries")
    return int(count)


def test_a_new_table_says_what_its_columns_hold(old: ToyLake) -> None:
    assert comment_of(old, BRONZE, "temperature_c") == "Temperature (°C)"
    assert comment_of(old, BRONZE, "offset") == "Kafka offset of the record"
    assert comment_of(old, SILVER, "temperature_c") == "Temperature (°C)"
    assert comment_of(old, SILVER, "event_date") == "UTC date of the event"


def test_comments_reach_an_existing_table_once_and_are_no_pending_change(old: ToyLake) -> None:
    said = 'The device\'s own \\ "warmth" (°C)'
    old.pipeline = with_silver_comment(said)
    assert described(old) == []
    before = versions_of(old, SILVER)
    # A run that writes no row of the table, and another.
    old.send(b"{oops").refine()
    assert (comment_of(old, SILVER, "temperature_c"), versions_of(old, SILVER)) == (said, before + 1)
    old.send(b"{oops").refine()
    assert versions_of(old, SILVER) == before + 1
    old.session.sql(f"ALTER TABLE lake.{SILVER} ALTER COLUMN device_id COMMENT 'by hand'")
    old.send(event("C", AT)).refine()
    assert comment_of(old, SILVER, "device_id") == "The device"
    assert old.values(f"SELECT count(*) FROM lake.{SILVER}") == [3]


def test_comments_of_a_table_that_the_merge_may_not_change_stay(old: ToyLake) -> None:
    old.pipeline = with_silver_comment("other words")
    old.outputs = [BRONZE, "toy_ops.ingest_ledger", "toy_ops.refine_counts"]
    old.send(b"{oops").refine()
    assert comment_of(old, SILVER, "temperature_c") == "Temperature (°C)"


@pytest.mark.parametrize(
    ("after", "before", "message"),
    [
        (
            lambda: with_silver_type("temperature_c", "string"),
            toy,
            r"toy.silver_events column temperature_c: expected string, found double. Declare a new column",
        ),
        (
            lambda: with_silver_type("offset", "int"),
            toy,
            "toy.silver_events column offset: expected int, found bigint",
        ),
        (
            toy,
            with_humidity,
            "toy.bronze_events column humidity_percent: expected no such column by the declaration, "
            "found double; "
            "toy.silver_events column humidity_percent: ",
        ),
        (
            lambda: with_silver_partition(None),
            toy,
            "toy.silver_events: expected it partitioned by none, found event_date",
        ),
        (
            toy,
            lambda: with_silver_partition("device_id"),
            "toy.silver_events: expected it partitioned by event_date, found device_id",
        ),
    ],
    ids=["retyped", "narrowed", "removed", "partition removed", "partition changed"],
)
def test_any_other_change_is_an_error_that_names_table_column_and_way_out(
    spark: SparkSession, tmp_path: Path, old: ToyLake, after: Any, before: Any, message: str
) -> None:
    lake = old if before is toy else ToyLake(spark, tmp_path / "lake", pipeline=before())
    if before is not toy:
        lake.send(event("A", AT)).refine()
    snapshots = lake.values(f"SELECT count(*) FROM lake.{SILVER}.snapshots")
    lake.pipeline = after()
    assert [change["is_additive"] for change in described(lake)].count(False) >= 1
    with pytest.raises(SchemaChangeNotAdditiveError, match=message):
        lake.send(event("B", AT)).refine()
    assert lake.values(f"SELECT count(*) FROM lake.{SILVER}.snapshots") == snapshots


def test_reference_and_ops_tables_take_new_columns_too(lake: NemLake) -> None:
    lake.load_units([unit("A")])
    for table in ("nem.unit_metadata", "nem_ops.gate_results"):
        lake.session.sql(f"ALTER TABLE lake.{table} DROP COLUMN run_id")
    spec = lake.spec("publish_evidence", run_id="run-1")
    PublishEvidence(lake.session, spec, lake.control(spec), NEM).run()
    assert types_of(lake, "nem_ops.gate_results")["run_id"] == "string"
    path = lake.folder.parent / "units.ndjson"
    path.write_text(
        '{"unit_id": "A", "valid_from": "2020-01-01", "valid_to": "2999-12-31", '
        '"fuel_type": "gas", "dispatch_type": "GENERATOR"}'
    )
    spec = lake.spec("load_reference", tables={"units": path.as_uri()})
    LoadReference(lake.session, spec, lake.control(spec), NEM).run()
    assert lake.values("SELECT fuel_type, run_id FROM lake.nem.unit_metadata") == [("gas", spec.run_id)]

"""Judging records: what is usable, what becomes a dead letter and why, what repeats."""

import pytest
from pyspark.sql import SparkSession

from currents_spark.engine.batch_summary import summarize
from currents_spark.engine.bronze import bronze_rows
from currents_spark.engine.repeats import with_repeated
from currents_spark.engine.shape import decoded
from currents_spark.engine.text_records import text_records
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.feeds import DISPATCH, REGION
from currents_spark.pipelines.nem.nem_time import CLOCK
from currents_spark.runner.spec import KafkaRange
from nem_messages import Log, dead_letter_headers, row_message, scada


def judge(spark: SparkSession, log: Log):
    ranges = [KafkaRange(item["topic"], item["partition"], item["start"], item["end"]) for item in log.take()]
    return with_repeated(text_records(decoded(log.read(spark, ranges)), PIPELINE), PIPELINE)


def reasons(spark: SparkSession, topic: str, values: list[bytes | None]) -> list[str | None]:
    return [
        row.reason for row in judge(spark, Log().send(topic, values, partition=0)).orderBy("offset").collect()
    ]


def test_each_broken_message_is_refused_for_its_own_reason(spark: SparkSession) -> None:
    values = {"SETTLEMENTDATE": "2025/12/27 00:05:00", "DUID": "A", "SCADAVALUE": "1"}
    cases = {
        b"{not json": "malformed_json",
        None: "malformed_json",
        b'{"v": "one"}': "malformed_json",
        b"null": "malformed_json",
        row_message(values, v=3): "contract_version_unknown",
        row_message(values, source_sha256=None): "coordinates_missing",
        row_message(values, header_at="yesterday"): "coordinates_missing",
        scada(at="27/12/2025 00:05"): "settlementdate_invalid",
        scada(at="2025/02/30 00:05:00"): "settlementdate_invalid",
        scada(unit="  "): "empty_unit_id",
        scada(mw=None): "scadavalue_missing",
        scada(changed="soon"): "lastchanged_invalid",
        scada(): None,
    }
    assert reasons(spark, "nem_dispatch", list(cases)) == list(cases.values())


def test_a_number_is_what_the_operator_writes_and_finite(spark: SparkSession) -> None:
    good = ["0", "-50.7", "+1", "-1E-05", "12.", "1e3"]
    bad = ["NaN", "Infinity", "-Infinity", "0x1F", "12abc", "1e999", "1,5", " 1", "--1", "1d", "."]
    found = reasons(
        spark, "nem_dispatch", [scada(mw=text, line=line) for line, text in enumerate(good + bad)]
    )
    assert found == [None] * len(good) + ["scadavalue_not_a_number"] * len(bad)


def test_a_required_value_may_be_absent_only_where_the_file_lacks_the_column(spark: SparkSession) -> None:
    message = row_message(
        {"SETTLEMENTDATE": "2025/12/27 00:05:00", "DUID": "A"}, missing_columns=["SCADAVALUE"]
    )
    assert reasons(spark, "nem_dispatch", [message]) == [None]


def test_a_region_row_without_intervention_is_refused(spark: SparkSession) -> None:
    message = row_message({"SETTLEMENTDATE": "2025/12/27 00:05:00", "REGIONID": "NSW1", "TOTALDEMAND": "1"})
    assert reasons(spark, "nem_region", [message]) == ["intervention_missing"]


def test_the_same_line_twice_counts_once_and_a_dead_letter_per_reason(spark: SparkSession) -> None:
    log = Log().send("nem_dispatch", [scada(), scada(), scada(line=4)])
    log.send("nem_dispatch.dlq", [b"raw", b"raw"], headers=dead_letter_headers())
    log.send("nem_dispatch.dlq", [b"raw"], headers=dead_letter_headers(reason="scadavalue_missing"))
    summary = summarize(judge(spark, log), PIPELINE)["nem_dispatch"]
    assert (summary.records, summary.usable, summary.repeated, summary.dead) == (6, 2, 2, 2)


@pytest.mark.parametrize(
    ("stamp", "date"),
    [
        ("2025/12/27 04:00:00", "2025-12-26"),
        ("2025/12/27 04:05:00", "2025-12-27"),
        ("2025/12/27 00:00:00", "2025-12-26"),
        ("2025/12/27 23:55:00", "2025-12-27"),
        ("2026/01/01 00:05:00", "2025-12-31"),
    ],
)
def test_the_trading_day_ends_at_four(spark: SparkSession, stamp: str, date: str) -> None:
    assert summarize(judge(spark, Log().send("nem_dispatch", [scada(at=stamp)])), PIPELINE)[
        "nem_dispatch"
    ].dates == [date]


def test_bronze_keeps_the_row_as_received_and_columns_outside_the_contract(spark: SparkSession) -> None:
    values = {
        "SETTLEMENTDATE": "2025/12/27 00:05:00",
        "DUID": "ERB01 ",
        "SCADAVALUE": "-1E-05",
        "LASTCHANGED": "2025/12/27 00:00:22",
        "NEWCOLUMN": "7",
    }
    row = bronze_rows(
        judge(spark, Log().send("nem_dispatch", [row_message(values)])), CLOCK, DISPATCH, "run-1"
    ).collect()[0]
    assert (row.unit_id, row.scada_value_mw, row.extra) == ("ERB01 ", -1e-05, {"NEWCOLUMN": "7"})
    assert str(row.last_changed_at_nem) == "2025-12-27 00:00:22"


def test_bronze_types_every_measure_of_a_region_row(spark: SparkSession) -> None:
    values = {
        "SETTLEMENTDATE": "2025/12/27 00:05:00",
        "REGIONID": "NSW1",
        "INTERVENTION": "0",
        "RUNNO": "1",
        "TOTALDEMAND": "6257.51",
        "NETINTERCHANGE": "-926.13",
        "SS_SOLAR_UIGF": None,
        "LORSURPLUS": None,
    }
    row = bronze_rows(
        judge(spark, Log().send("nem_region", [row_message(values)])), CLOCK, REGION, "run-1"
    ).collect()[0]
    assert (row.intervention, row.demand_mw, row.net_interchange_mw, row.solar_uigf_mw) == (
        0,
        6257.51,
        -926.13,
        None,
    )
    assert row.extra == {}

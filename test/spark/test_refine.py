"""The refine job from Kafka records to tables, on a lake in a folder."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.errors import KafkaRecordsMissingError, LedgerMismatchError
from nem_lake import NemLake, count_of, unit
from nem_messages import Record, dead_letter_headers, row_message, scada
from typed_rows import typed

Form = Callable[[list[bytes]], list[bytes | Record]]
# As version 1, as version 2, and as each in turn.
FORMS: list[Form] = [
    list,
    lambda messages: [typed("nem_dispatch", message) for message in messages],
    lambda messages: [
        typed("nem_dispatch", message) if number % 2 else message for number, message in enumerate(messages)
    ],
]
SILVER = "nem.silver_dispatch_clean"
POWER = f"SELECT unit_id, power_mw FROM lake.{SILVER} ORDER BY unit_id"


def region(demand: str, intervention: str = "0", **coordinates) -> bytes:
    values = {
        "SETTLEMENTDATE": "2025/12/27 00:05:00",
        "REGIONID": "NSW1",
        "INTERVENTION": intervention,
        "TOTALDEMAND": demand,
    }
    return row_message(values, file="d.zip", **coordinates)


def price(amount: str, intervention: str = "0", **coordinates) -> bytes:
    values = {
        "SETTLEMENTDATE": "2025/12/27 00:05:00",
        "REGIONID": "NSW1",
        "INTERVENTION": intervention,
        "RRP": amount,
        "PRICE_STATUS": "FIRM",
    }
    return row_message(values, file="p.zip", **coordinates)


def rooftop(mw: str, kind: str, region_id: str = "QLD1", **coordinates) -> bytes:
    values = {
        "INTERVAL_DATETIME": "2025/12/27 04:30:00",
        "REGIONID": region_id,
        "TYPE": kind,
        "QI": "1",
        "POWER": mw,
    }
    return row_message(values, file=f"{kind}.zip", **coordinates)


def test_a_first_batch_fills_bronze_silver_counts_and_ledger(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("B", "2"), scada("A ", "1", line=4), scada("A ", "1", line=5)]).send(
        "nem_case",
        [row_message({"SETTLEMENTDATE": "2025/12/27 00:05:00", "INTERVENTION": "0"}, file="d.zip")],
    )
    result = lake.refine()
    assert lake.values(POWER) == [("A", 1.0), ("B", 2.0)]
    assert lake.values(
        "SELECT CAST(interval_end_at AS STRING), CAST(trading_date AS STRING), fuel_type FROM "
        f"lake.{SILVER} LIMIT 1"
    ) == [("2025-12-26 14:05:00", "2025-12-26", "unknown")]
    counts = count_of(result, SILVER)
    assert {
        name: counts[name] for name in ("rows_in", "bronze_rows", "inserted", "duplicates", "superseded")
    } == {"rows_in": 3, "bronze_rows": 3, "inserted": 2, "duplicates": 1, "superseded": 0}
    assert count_of(result, "nem.bronze_case")["inserted"] == 1
    assert result["intervals"] == {"min": "2025-12-27 00:05:00", "max": "2025-12-27 00:05:00"}
    assert (result["unknown_units"], result["unknown_unit_count"], result["trading_dates"]) == (
        ["A", "B"],
        2,
        ["2025-12-26"],
    )
    assert lake.values("SELECT sum(records), count(*) FROM lake.nem_ops.ingest_ledger") == [(4, 4)]
    assert lake.values("SELECT sum(rows_in) FROM lake.nem_ops.refine_counts") == [4]


def test_a_correction_replaces_its_row_and_leaves_the_others(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1"), scada("B", "2", line=4)])
    lake.refine()
    lake.log.send(
        "nem_dispatch",
        [
            scada("A", "9", file="b.zip", header_at="2025/12/27 00:06:00"),
            scada("B", "7", file="old.zip", header_at="2025/12/26 23:00:00"),
            scada("C", "3", file="b.zip", line=5, header_at="2025/12/27 00:06:00"),
        ],
    )
    counts = count_of(lake.refine(), SILVER)
    assert lake.values(f"SELECT unit_id, power_mw, run_id FROM lake.{SILVER} ORDER BY unit_id") == [
        ("A", 9.0, "run-2"),
        ("B", 2.0, "run-1"),
        ("C", 3.0, "run-2"),
    ]
    assert (counts["inserted"], counts["updated"], counts["superseded"], counts["duplicates"]) == (1, 1, 2, 0)


def test_the_same_file_again_changes_nothing_and_counts_as_redelivered_in_any_form(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1"), scada("B", "2", line=4)])
    lake.refine()
    for form in FORMS:
        lake.log.send("nem_dispatch", form([scada("A", "1"), scada("B", "2", line=4)]))
        again = lake.refine()
        assert (count_of(again, SILVER)["redelivered"], count_of(again, SILVER)["bronze_rows"]) == (2, 0)
        assert (again["intervals"], again["trading_dates"]) == (None, [])
        assert again["written_tables"] == ["nem_ops.ingest_ledger", "nem_ops.refine_counts"]
        assert lake.values("SELECT count(*) FROM lake.nem.bronze_dispatch") == [2]


# Nine rows of three units in three files.
VERSIONS = [
    scada(
        unit_id,
        str((file * 7 + line) % 5),
        file=f"{file}.zip",
        line=line,
        header_at=f"2025/12/27 00:0{file}:00",
        changed="2025/12/27 00:00:22" if (file + line) % 3 == 0 else None,
    )
    for file in range(3)
    for line, unit_id in enumerate("ABC", 3)
]
CHOSEN = (
    f"SELECT unit_id, power_mw, source_file, source_line, version_at_nem FROM lake.{SILVER} ORDER BY unit_id"
)


@pytest.fixture(scope="module")
def chosen_at_once(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Silver of one batch in the order of the files, which every other batching is compared with."""
    lake = NemLake(spark, tmp_path_factory.mktemp("versions") / "lake")
    lake.log.send("nem_dispatch", VERSIONS)
    lake.refine()
    return lake.values(CHOSEN)


@pytest.mark.parametrize("form", FORMS)
def test_silver_does_not_depend_on_order_or_batching(
    lake: NemLake, chosen_at_once: list[Any], form: Form
) -> None:
    messages = random.Random(7).sample(VERSIONS, len(VERSIONS))
    counts = []
    for start in (0, 2, 6):
        lake.log.send("nem_dispatch", form(messages[start : {0: 2, 2: 6, 6: 9}[start]]))
        counts.append(count_of(lake.refine(), SILVER))
    assert lake.values(CHOSEN) == chosen_at_once
    assert sum(row["inserted"] for row in counts) == 3
    assert sum(row["inserted"] + row["duplicates"] + row["superseded"] for row in counts) == 9


def test_region_rows_join_price_and_demand_that_arrive_apart(lake: NemLake) -> None:
    query = (
        "SELECT price_aud_per_mwh, demand_mw, price_intervention, demand_intervention FROM "
        "lake.nem.silver_region_clean"
    )
    lake.log.send("nem_price", [price("12952.28"), price("0.00053", "1", line=4)])
    first = lake.refine()
    assert lake.values(query) == [(12952.28, None, 0, None)]
    assert (
        count_of(first, "nem.bronze_price")["inserted"],
        count_of(first, "nem.bronze_price")["superseded"],
    ) == (1, 1)
    lake.log.send("nem_region", [region("100"), region("200", "1", line=4)])
    second = lake.refine()
    assert lake.values(query) == [(12952.28, 200.0, 0, 1)]
    assert (
        count_of(second, "nem.silver_region_clean")["inserted"],
        count_of(second, "nem.silver_region_clean")["superseded"],
    ) == (1, 1)


def test_rooftop_prefers_satellite_even_when_it_comes_later(lake: NemLake) -> None:
    lake.log.send("nem_rooftop", [rooftop("1", "MEASUREMENT"), rooftop("5", "MEASUREMENT", "QLDC", line=4)])
    first = lake.refine()
    assert first["intervals"] == {"min": "2025-12-27 04:05:00", "max": "2025-12-27 04:30:00"}
    assert count_of(first, "nem.silver_rooftop_clean")["superseded"] == 1
    lake.log.send("nem_rooftop", [rooftop("2", "SATELLITE")])
    assert count_of(lake.refine(), "nem.silver_rooftop_clean")["updated"] == 1
    assert lake.values("SELECT region_id, power_mw, rooftop_type FROM lake.nem.silver_rooftop_clean") == [
        ("QLD1", 2.0, "SATELLITE")
    ]


def test_dead_letters_keep_the_record_and_are_recorded_once(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "NaN"), b"{oops", scada("B", "2", line=4)])
    lake.log.send("nem_dispatch.dlq", [b'D,DISPATCH,UNIT_SCADA,1,"x",A,NaN'], headers=dead_letter_headers())
    lake.log.send(
        "nem_dispatch.dlq",
        [b'{"uri":"s3://x"}'],
        headers=dead_letter_headers("footer_count_wrong", "b.zip", None),
    )
    counts = count_of(lake.refine(), SILVER)
    assert (counts["rows_in"], counts["dead_letters"], counts["inserted"]) == (5, 4, 1)
    lake.log.send("nem_dispatch.dlq", [b'D,DISPATCH,UNIT_SCADA,1,"x",A,NaN'], headers=dead_letter_headers())
    again = count_of(lake.refine(), SILVER)
    assert (again["dead_letters"], again["redelivered"]) == (0, 1)
    dead_letters = lake.values(
        "SELECT stage, reason, topic, source_line, original_topic, payload FROM "
        "lake.nem_ops.dead_letters ORDER BY reason, topic"
    )
    assert [row[:5] for row in dead_letters] == [
        ("contract", "footer_count_wrong", "nem_dispatch.dlq", None, "nem_dispatch"),
        ("bronze", "malformed_json", "nem_dispatch", None, "nem_dispatch"),
        ("bronze", "scadavalue_not_a_number", "nem_dispatch", 3, "nem_dispatch"),
        ("contract", "scadavalue_not_a_number", "nem_dispatch.dlq", 9, "nem_dispatch"),
    ]
    assert dead_letters[1][5] == "{oops"


def test_a_range_that_does_not_start_where_the_ledger_ends_is_refused(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1"), scada("B", "2", line=4)], partition=0)
    lake.refine()
    with pytest.raises(
        LedgerMismatchError, match=r"nem_dispatch\[0\]: expected the range to start at 2, found 0"
    ):
        lake.refine([{"topic": "nem_dispatch", "partition": 0, "start": 0, "end": 2}])
    assert lake.values("SELECT count(*) FROM lake.nem.bronze_dispatch") == [2]


def test_fewer_records_than_the_ranges_hold_fail_the_run(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1")], partition=0)
    with pytest.raises(KafkaRecordsMissingError, match="expected 3 records of nem_dispatch, found 1"):
        lake.refine([{"topic": "nem_dispatch", "partition": 0, "start": 0, "end": 3}])


def test_metadata_is_joined_and_a_later_load_relabels_silver(lake: NemLake) -> None:
    query = f"SELECT unit_id, fuel_type, station_name FROM lake.{SILVER} ORDER BY unit_id"
    lake.load_units([unit("A"), unit("B")])
    lake.log.send("nem_dispatch", [scada("A", "1"), scada("B", "2", line=4), scada("C", "3", line=5)])
    assert lake.refine()["unknown_units"] == ["C"]
    loaded = lake.load_units([unit("B", fuel_type="gas"), unit("C", station_name="New")])
    assert lake.values(query) == [("A", "wind", "Ararat"), ("B", "gas", "Ararat"), ("C", "wind", "New")]
    assert loaded["intervals"] == {"min": "2025-12-27 00:05:00", "max": "2025-12-27 00:05:00"}
    again = lake.load_units([unit("B", fuel_type="gas"), unit("C", station_name="New")])
    assert (again["written_tables"], again["trading_dates"]) == ([], [])

"""The version rule: which row wins and how the losers are counted, whatever the order."""

import itertools
from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession

from currents_spark.engine.versions import chosen_versions
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.silver import DISPATCH_CLEAN, REGION_CLEAN, ROOFTOP_CLEAN, SilverTable

AT = datetime(2025, 12, 27, 0, 5)


def stamp(minute: int) -> datetime:
    return datetime(2025, 12, 27, 0, minute)


def candidates(spark: SparkSession, topic: str, rows: list[dict[str, Any]]) -> DataFrame:
    definition = PIPELINE.bronze[topic]
    common = {
        "trading_interval": AT,
        "header_at_nem": stamp(1),
        "file_id": "1",
        "source_line": 3,
        "source_sha256": "s",
        "source_file": "f",
    }
    complete = [
        tuple({**common, **row}.get(name) for name in definition.column_names) + (row.get("is_old", False),)
        for row in rows
    ]
    schema = ", ".join(f"`{name}` {kind}" for name, kind in (*definition.columns, ("is_old", "boolean")))
    return spark.createDataFrame(complete, schema)


def chosen(spark: SparkSession, silver: SilverTable, rows: list[dict[str, Any]], part: int = 0) -> Row:
    return all_chosen(spark, silver, rows, part)[0]


def all_chosen(
    spark: SparkSession, silver: SilverTable, rows: list[dict[str, Any]], part: int = 0
) -> list[Row]:
    feed = silver.parts[part].feed
    versions = chosen_versions(
        candidates(spark, feed.topic, rows),
        feed,
        silver.key,
        silver.parts[part].eligible,
        silver.parts[part].preference,
    )
    return versions.collect()


def winner(spark: SparkSession, rows: list[dict[str, Any]]) -> float:
    """The value chosen for one unit; the same for every order of arrival: each order is a unit of its own."""
    orders = list(itertools.permutations(rows))
    of_all = [{**row, "unit_id": f"A{number}"} for number, order in enumerate(orders) for row in order]
    found = [row.version.scada_value_mw for row in all_chosen(spark, DISPATCH_CLEAN, of_all)]
    assert len(found) == len(orders) and len(set(found)) == 1
    return found[0]


def scada(mw: float, **changes: Any) -> dict[str, Any]:
    return {"unit_id": "A", "scada_value_mw": float(mw), **changes}


def test_the_latest_change_wins_over_a_later_file(spark: SparkSession) -> None:
    assert (
        winner(
            spark,
            [
                scada(1, last_changed_at_nem=stamp(9)),
                scada(2, last_changed_at_nem=stamp(8), header_at_nem=stamp(30), file_id="9"),
            ],
        )
        == 1
    )


def test_without_a_change_stamp_the_file_header_counts(spark: SparkSession) -> None:
    assert (
        winner(
            spark,
            [
                scada(1, header_at_nem=stamp(4)),
                scada(2, header_at_nem=stamp(5)),
                scada(3, last_changed_at_nem=stamp(3)),
            ],
        )
        == 2
    )


def test_then_the_file_id_then_the_line_decide(spark: SparkSession) -> None:
    assert winner(spark, [scada(1, file_id="9"), scada(2, file_id="10")]) == 2
    assert winner(spark, [scada(1, source_line=4), scada(2, source_line=12)]) == 2


def test_equal_rows_are_duplicates_and_older_ones_superseded(spark: SparkSession) -> None:
    rows = [
        scada(1, is_old=True),
        scada(1, file_id="2"),
        scada(2, header_at_nem=stamp(5)),
        scada(2, header_at_nem=stamp(6)),
    ]
    found = chosen(spark, DISPATCH_CLEAN, rows)
    assert (found.rows, found.groups, found.old_rows, found.old_groups, found.old_selected) == (4, 2, 1, 1, 1)


def test_power_comes_from_the_highest_intervention_and_price_from_run_zero(spark: SparkSession) -> None:
    demand = [
        {"region_id": "NSW1", "intervention": 1, "demand_mw": 2.0},
        {"region_id": "NSW1", "intervention": 0, "demand_mw": 1.0, "file_id": "9"},
    ]
    assert chosen(spark, REGION_CLEAN, demand).version.demand_mw == 2.0
    price = [
        {"region_id": "NSW1", "intervention": 1, "price_aud_per_mwh": 0.00053, "file_id": "9"},
        {"region_id": "NSW1", "intervention": 0, "price_aud_per_mwh": 12952.28},
    ]
    assert chosen(spark, REGION_CLEAN, price, part=1).version.price_aud_per_mwh == 12952.28


def test_a_price_of_the_intervention_run_alone_is_no_price(spark: SparkSession) -> None:
    assert (
        chosen(
            spark, REGION_CLEAN, [{"region_id": "NSW1", "intervention": 1, "price_aud_per_mwh": 1.0}], part=1
        ).version
        is None
    )


def test_satellite_beats_measurement_and_other_types_do_not_count(spark: SparkSession) -> None:
    rows = [
        {"region_id": "QLD1", "rooftop_type": kind, "power_mw": mw, "file_id": file}
        for kind, mw, file in (("SATELLITE", 1.0, "1"), ("MEASUREMENT", 2.0, "2"), ("DAILY", 3.0, "3"))
    ]
    assert chosen(spark, ROOFTOP_CLEAN, rows).version.power_mw == 1.0
    assert chosen(spark, ROOFTOP_CLEAN, rows[1:]).version.power_mw == 2.0
    assert chosen(spark, ROOFTOP_CLEAN, rows[2:]).version is None


def test_parts_of_a_region_are_not_rooftop_of_their_own(spark: SparkSession) -> None:
    assert (
        chosen(
            spark, ROOFTOP_CLEAN, [{"region_id": "QLDC", "rooftop_type": "SATELLITE", "power_mw": 1.0}]
        ).version
        is None
    )


def test_a_region_of_another_time_has_rooftop(spark: SparkSession) -> None:
    rows = [{"region_id": "SNOWY1", "rooftop_type": "SATELLITE", "power_mw": 7.0}]
    assert chosen(spark, ROOFTOP_CLEAN, rows).version.power_mw == 7.0

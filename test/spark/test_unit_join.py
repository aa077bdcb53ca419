"""Unit metadata as of the interval."""

from datetime import datetime

from pyspark.sql import SparkSession

from currents_spark.pipelines.nem.tables import UNIT_METADATA
from currents_spark.pipelines.nem.unit_join import with_unit_metadata
from currents_spark.tables.local_rows import rows_of
from nem_lake import unit


def fuels(spark: SparkSession, units: list[dict], *stamps: datetime, unit_id: str = "A") -> list[str]:
    rows = spark.createDataFrame(
        [(stamp, unit_id) for stamp in stamps], "trading_interval timestamp_ntz, unit_id string"
    )
    texts = [
        {
            **row,
            "valid_from": row["valid_from"].replace(" ", "T"),
            "valid_to": row["valid_to"].replace(" ", "T"),
        }
        for row in units
    ]
    joined = with_unit_metadata(rows, rows_of(spark, UNIT_METADATA, texts) if units else None)
    return [row.fuel_type for row in joined.orderBy("trading_interval").collect()]


def test_the_validity_at_the_start_of_the_interval_counts(spark: SparkSession) -> None:
    units = [
        unit("A", valid_to="2025-12-27 00:00:00", fuel_type="coal"),
        unit("A", valid_from="2025-12-27 00:00:00", fuel_type="gas"),
    ]
    assert fuels(spark, units, datetime(2025, 12, 27, 0, 0), datetime(2025, 12, 27, 0, 5)) == ["coal", "gas"]


def test_overlapping_validities_never_multiply_a_row_and_the_latest_start_wins(spark: SparkSession) -> None:
    units = [
        unit("A", fuel_type="coal"),
        unit("A ", valid_from="2025-01-01 00:00:00", fuel_type="gas"),
        unit("A", valid_from="2025-01-01 00:00:00", fuel_type="gas"),
        unit("A", valid_from="2025-12-27 00:00:00", valid_to="2025-12-28 00:00:00", fuel_type="hydro"),
    ]
    assert fuels(
        spark, units, datetime(2025, 12, 27, 0, 0), datetime(2025, 12, 27, 0, 5), datetime(2025, 12, 28, 0, 5)
    ) == ["gas", "hydro", "gas"]


def test_a_unit_without_metadata_stays_with_unknown_fuel(spark: SparkSession) -> None:
    assert fuels(spark, [unit("B")], datetime(2025, 12, 27, 0, 5)) == ["unknown"]
    assert fuels(spark, [], datetime(2025, 12, 27, 0, 5)) == ["unknown"]


def test_an_interval_before_the_first_validity_is_unknown(spark: SparkSession) -> None:
    assert fuels(spark, [unit("A", valid_from="2026-01-01 00:00:00")], datetime(2025, 12, 27, 0, 5)) == [
        "unknown"
    ]

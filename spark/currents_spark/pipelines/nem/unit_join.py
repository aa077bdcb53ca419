"""Unit metadata as of an interval."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.nem_time import interval_start

METADATA_COLUMNS = ("station_name", "region_id", "fuel_type", "dispatch_type", "capacity_mw", "emissions_factor_t_per_mwh")
UNKNOWN_FUEL = "unknown"


def with_unit_metadata(rows: DataFrame, metadata: DataFrame) -> DataFrame:
    """
    Adds METADATA_COLUMNS and `is_known` to rows with trading_interval and unit_id; never adds or drops a row.

    The validity that holds at the START of the interval counts: it begins and ends at midnight, the interval that
    ends at 00:00 still belongs to the old day, and SCADA is measured at the start. Where validities overlap the one
    with the latest valid_from wins. One array per unit is joined, so overlaps can't multiply rows.
    """
    fields = F.struct("valid_from", "valid_to", *METADATA_COLUMNS, "loaded_at")
    histories = metadata.groupBy(F.trim("unit_id").alias("unit_id")).agg(F.sort_array(F.collect_list(fields), asc=False).alias("history"))
    joined = rows.join(F.broadcast(histories), "unit_id", "left")
    found = joined.withColumn("unit", _as_of(interval_start(F.col("trading_interval"))))
    return _named(found)


def without_unit_metadata(rows: DataFrame) -> DataFrame:
    """The same columns while no metadata has been loaded at all."""
    kinds = {"capacity_mw": "double", "emissions_factor_t_per_mwh": "double"}
    fields = F.struct(*[F.lit(None).cast(kinds.get(name, "string")).alias(name) for name in METADATA_COLUMNS])
    return _named(rows.withColumn("unit", F.when(F.lit(False), fields)))


def _as_of(moment: Column) -> Column:
    valid = F.filter("history", lambda unit: (unit["valid_from"] <= moment) & (moment < unit["valid_to"]))
    return F.when(F.size(valid) > 0, valid[0])


def _named(rows: DataFrame) -> DataFrame:
    columns = [F.col("unit")[name].alias(name) for name in METADATA_COLUMNS if name != "fuel_type"]
    fuel = F.coalesce(F.col("unit")["fuel_type"], F.lit(UNKNOWN_FUEL)).alias("fuel_type")
    return rows.select("*", *columns, fuel, F.col("unit").isNotNull().alias("is_known")).drop("unit", "history")

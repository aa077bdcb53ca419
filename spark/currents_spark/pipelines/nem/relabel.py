"""Silver rows whose unit metadata changed."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.contracts import SILVER_DISPATCH
from currents_spark.pipelines.nem.unit_join import METADATA_COLUMNS, with_unit_metadata


def relabelled_rows(
    silver: DataFrame, metadata: DataFrame, units: list[str], trading_dates: list[str] | None, run_id: str
) -> DataFrame:
    """
    The rows of `units` that read differently with `metadata`, as they should be; on `trading_dates` or on
    all.
    """
    dates = F.col("trading_date").isin(trading_dates) if trading_dates else F.lit(True)
    old = F.struct(*METADATA_COLUMNS).alias("old")
    rows = silver.where(F.col("unit_id").isin(units) & dates)
    bare = rows.select(*[name for name in SILVER_DISPATCH.column_names if name not in METADATA_COLUMNS], old)
    differs = " OR ".join(f"NOT ({name} <=> old.{name})" for name in METADATA_COLUMNS)
    return (
        with_unit_metadata(bare, metadata)
        .where(differs)
        .withColumn("run_id", F.lit(run_id))
        .select(*SILVER_DISPATCH.column_names)
    )

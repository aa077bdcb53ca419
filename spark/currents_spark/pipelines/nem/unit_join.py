"""Unit metadata as of an interval."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.contracts import DISPATCH
from currents_spark.pipelines.nem.nem_time import interval_start
from currents_spark.pipelines.nem.tables import UNIT_METADATA

METADATA_COLUMNS = tuple(DISPATCH.carried_from(UNIT_METADATA.name))
_VALIDITY = ("valid_from", "valid_to", *METADATA_COLUMNS, "loaded_at")
_TYPES = dict(UNIT_METADATA.columns)
_UNIT = f"struct<{', '.join(f'{name}: {_TYPES[name]}' for name in _VALIDITY)}>"


def with_unit_metadata(rows: DataFrame, metadata: DataFrame | None) -> DataFrame:
    """
    Adds METADATA_COLUMNS and `is_known` to rows with trading_interval and unit_id; never adds or drops a row.

    The validity that holds at the START of the interval counts: validities begin and end at midnight, the
    interval that ends at 00:00 still belongs to the old day, and SCADA is measured at the start. Where
    validities overlap the one with the latest valid_from wins. One array per unit is joined, so overlaps
    can't multiply rows. `metadata` is None while none has been loaded.
    """
    if metadata is None:
        return _named(rows.selectExpr("*", f"CAST(NULL AS {_UNIT}) AS unit"))
    validity = f"struct({', '.join(_VALIDITY)})"
    history = F.expr(f"sort_array(collect_list({validity}), false) AS history")
    histories = metadata.groupBy(F.expr("trim(unit_id) AS unit_id")).agg(history)
    joined = rows.join(F.broadcast(histories), "unit_id", "left")
    moment = interval_start("trading_interval")
    valid = f"filter(history, unit -> unit.valid_from <= {moment} AND {moment} < unit.valid_to)"
    return _named(joined.selectExpr("*", f"get({valid}, 0) AS unit").drop("history"))


def _named(rows: DataFrame) -> DataFrame:
    columns = [f"unit.{name}" for name in METADATA_COLUMNS if name != "fuel_type"]
    return rows.selectExpr(
        "*", *columns, "coalesce(unit.fuel_type, 'unknown') AS fuel_type", "unit IS NOT NULL AS is_known"
    ).drop("unit")

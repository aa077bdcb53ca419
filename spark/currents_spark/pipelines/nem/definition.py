"""The declaration of the NEM's pipeline to the Spark jobs."""

from currents_spark.engine.pipeline import Pipeline
from currents_spark.pipelines.nem import tables
from currents_spark.pipelines.nem.feeds import FEEDS
from currents_spark.pipelines.nem.load_reference import LoadReference
from currents_spark.pipelines.nem.nem_time import CLOCK
from currents_spark.pipelines.nem.silver import SILVER_TABLES

PIPELINE = Pipeline(
    name="nem",
    clock=CLOCK,
    feeds=FEEDS,
    silver_tables=SILVER_TABLES,
    reference_tables=(
        tables.UNIT_METADATA,
        tables.REGION_METADATA,
        tables.INTERCONNECTOR_METADATA,
        tables.MARKET_LIMITS,
    ),
    jobs={"load_reference": LoadReference},
)

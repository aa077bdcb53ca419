"""The declaration of the telemetry pipeline to the Spark jobs."""

from currents_spark.engine.pipeline import Pipeline
from currents_spark.pipelines.iot.silver import SILVER_TELEMETRY
from currents_spark.pipelines.iot.telemetry import CLOCK, TELEMETRY
from currents_spark.pipelines.iot.watch import ANOMALY_FOLD

PIPELINE = Pipeline(
    name="iot",
    clock=CLOCK,
    feeds=(TELEMETRY,),
    silver_tables=(SILVER_TELEMETRY,),
    folds=(ANOMALY_FOLD,),
)

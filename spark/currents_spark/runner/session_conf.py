"""How Spark is set: for the application, for the JVM, and for a job by the number of its records."""

# Batches are some hundreds of rows: every choice here trades throughput, which is not needed, for latency.
APPLICATION_CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.ui.retainedExecutions": "1",
    # Every query's plan is written out for a UI that is off; these keep that text short.
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.debug.maxToStringFields": "1",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.ui.retainedJobs": "10",
    "spark.ui.retainedStages": "10",
    "spark.ui.retainedTasks": "100",
    "spark.cleaner.periodicGC.interval": "5min",
    "spark.locality.wait": "0",
    "spark.shuffle.compress": "false",
    "spark.broadcast.compress": "false",
    "spark.kafka.consumer.cache.timeout": "30m",
}
# Measured on a warm run of 510 rows: 11 s of processor time with compiled expressions and the default
# compiler tiers, 4 s interpreted with the first tier; 31,000 rows are judged in 7 s interpreted, in 5.6 s
# compiled.
INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
COMPILED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
INTERPRETED_RECORDS_MAX = 10_000
BULK_RECORDS_MIN = 100_000
# A bulk job moves a day's rows at a time: Iceberg says which files make up a date, so that rows of a date are
# joined and aggregated where they are read; more and smaller shuffle partitions keep each task's share within
# a small heap.
BULK = {
    **COMPILED,
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.sources.v2.bucketing.enabled": "true",
    "spark.sql.sources.v2.bucketing.pushPartValues.enabled": "true",
    "spark.sql.iceberg.planning.preserve-data-grouping": "true",
    "spark.sql.inMemoryColumnarStorage.batchSize": "2000",
}
# The first compiler tier alone: planning is code that runs once per query and never pays back the second. Its
# code cache is small by default, and a full one is swept and compiled again in every run.
_FIRST_TIER = "-XX:TieredStopAtLevel=1"
JVM_OPTIONS = (
    f"{_FIRST_TIER} -XX:ReservedCodeCacheSize=192m -XX:+UseSerialGC -Xss2m -XX:+ExitOnOutOfMemoryError "
    "-Djava.net.preferIPv4Stack=true -Duser.timezone=UTC"
)
# A bulk job does pay it back. Measured, in processor time, reading and judging: 48 s for 284,000 rows with
# the first tier alone, 61 s for 994,000 with all. Hence a bulk job belongs in a JVM of its own, which
# `spark/submit.py` gives it.
BULK_JVM_OPTIONS = JVM_OPTIONS.removeprefix(_FIRST_TIER).strip()


def application_conf(records: int) -> dict[str, str]:
    """
    What a process that runs a single job of so many records starts Spark with, beside the common settings.
    """
    return {"spark.driver.extraJavaOptions": BULK_JVM_OPTIONS} if records >= BULK_RECORDS_MIN else {}


def execution_conf(records: int) -> dict[str, str]:
    """How a job of so many records evaluates expressions."""
    if records >= BULK_RECORDS_MIN:
        return BULK
    return INTERPRETED if records <= INTERPRETED_RECORDS_MAX else COMPILED

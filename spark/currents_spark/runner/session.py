"""
Spark sessions: one application per process, and one session per job whose catalog `lake` is the job's branch.
"""

import contextlib
import glob
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from currents_spark.runner.jvm_names import pin_jvm_names
from currents_spark.runner.object_store import file_io_conf
from currents_spark.runner.spec import CatalogSpec

CATALOG = "lake"
KAFKA_AND_ICEBERG_JARS = Path(__file__).resolve().parents[3] / ".stack" / "jars" / "spark"

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
QUIET_LOGGERS = (
    "org.apache.spark.sql.kafka010.KafkaSourceProvider",
    "org.apache.spark.sql.catalyst.util.SparkStringUtils",
    "org.apache.spark.sql.catalyst.util.StringUtils",
)
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


def start_application(name: str, extra: dict[str, str] | None = None) -> SparkSession:
    """Starts Spark in this process. Master and memory come from SPARK_MASTER and SPARK_DRIVER_MEMORY."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    master = os.environ.get("SPARK_MASTER", "local[2]")
    if master.startswith("local"):
        # Steps of folds run in Python workers, which would be those of the first `python3` on the path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(name).master(master)
    memory = os.environ.get("SPARK_DRIVER_MEMORY", "1100m")
    conf = {
        **APPLICATION_CONF,
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": JVM_OPTIONS,
        **_jars(),
        **(extra or {}),
    }
    for key, value in conf.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    pin_jvm_names(spark.sparkContext)
    spark.sparkContext.setLogLevel(os.environ.get("SPARK_LOG_LEVEL", "WARN"))
    _quieten(spark)
    return spark


def application_conf(records: int) -> dict[str, str]:
    """
    What a process that runs a single job of so many records starts Spark with, beside the common settings.
    """
    return {"spark.driver.extraJavaOptions": BULK_JVM_OPTIONS} if records >= BULK_RECORDS_MIN else {}


def stop_application(spark: SparkSession) -> None:
    """Stops Spark; a signal to the process group may have ended the JVM before."""
    with contextlib.suppress(Exception):
        spark.stop()


def job_session(spark: SparkSession, catalog: CatalogSpec, records: int = 0) -> SparkSession:
    """
    A session that shares the application but reads and writes only `catalog.ref`; nothing leaks between jobs.

    `records`: how many the job will read, as far as is known; decides how Spark evaluates expressions.
    """
    session = spark.newSession()
    for key, value in _execution_conf(records).items():
        session.conf.set(key, value)
    add_catalog(session, CATALOG, catalog)
    return session


def _execution_conf(records: int) -> dict[str, str]:
    if records >= BULK_RECORDS_MIN:
        return BULK
    return INTERPRETED if records <= INTERPRETED_RECORDS_MAX else COMPILED


def add_catalog(session: SparkSession, name: str, catalog: CatalogSpec) -> None:
    """Another branch beside the job's own, under a name of its own."""
    for key, value in catalog_conf(catalog).items():
        session.conf.set(f"spark.sql.catalog.{name}{key}", value)


def at_ref(catalog: CatalogSpec, name: str) -> CatalogSpec:
    """The same lake on another ref. A plain folder has no refs: there it is another folder."""
    return replace(catalog, warehouse=name) if catalog.mode == "hadoop" else replace(catalog, ref=name)


def file_io(spark: SparkSession, catalog: CatalogSpec) -> Any:
    """What Iceberg reads and writes the lake's files by, for those who have no table to ask for it."""
    jvm: Any = spark.sparkContext._jvm
    properties = jvm.java.util.HashMap()
    for key, value in catalog_conf(catalog).items():
        properties.put(key.removeprefix("."), value)
    implementation = properties.getOrDefault("io-impl", "org.apache.iceberg.hadoop.HadoopFileIO")
    return jvm.org.apache.iceberg.CatalogUtil.loadFileIO(
        implementation, properties, spark._jsc.hadoopConfiguration()
    )


def catalog_conf(catalog: CatalogSpec) -> dict[str, str]:
    """
    Settings of the catalog, by suffix. Tables are cached per session: a job's branch has no other writer.
    """
    conf = {
        "": "org.apache.iceberg.spark.SparkCatalog",
        ".warehouse": catalog.warehouse,
        ".cache-enabled": "true",
    }
    if catalog.mode == "hadoop":
        return {**conf, ".type": "hadoop"}
    if catalog.mode == "memory":
        return {**conf, ".catalog-impl": "org.apache.iceberg.inmemory.InMemoryCatalog"}
    return {
        **conf,
        ".type": "nessie",
        ".uri": catalog.uri,
        ".ref": catalog.ref,
        ".io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        **file_io_conf(catalog),
    }


def _quieten(spark: SparkSession) -> None:
    """
    Warnings that each run would repeat: a named consumer group and shortened plans are both what we want.
    """
    jvm: Any = spark.sparkContext._jvm
    log4j = jvm.org.apache.logging.log4j
    for name in QUIET_LOGGERS:
        log4j.core.config.Configurator.setLevel(name, log4j.Level.ERROR)


def _jars() -> dict[str, str]:
    folder = os.environ.get("SPARK_JARS_FOLDER", str(KAFKA_AND_ICEBERG_JARS))
    jars = sorted(glob.glob(os.path.join(glob.escape(folder), "*.jar")))
    if not jars:
        return {}
    # A local master reads the jars where they lie; `spark.jars` would copy 120 MB at each start.
    if os.environ.get("SPARK_MASTER", "local[2]").startswith("local"):
        return {"spark.driver.extraClassPath": os.pathsep.join(jars)}
    return {"spark.jars": ",".join(jars)}

"""
Staged Parquet objects as read-only Iceberg tables, one for each topic of a batch.

Spark's own Parquet reader would need an S3 file system of Hadoop's, which is 280 MB of jars that nothing else
needs. Iceberg reads by columns too, by the client and the keys that the lake is read with, and the tasks of a
cluster read the store themselves. Only the list of objects is new: it is a table in a folder of the driver,
gone with the batch, which no task opens.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from currents_spark.engine.parquet_footer import Footer, read_footer
from currents_spark.errors import StagedColumnsWrongError
from currents_spark.runner.batch_params import StagedObject
from currents_spark.runner.jvm_names import iceberg_names
from currents_spark.runner.object_store import file_io_conf
from currents_spark.runner.spec import CatalogSpec
from currents_spark.sql_text import name_of

_CATALOG = "staged"
TASKS_MAX = 200
FOOTERS_AT_ONCE = 8
_SPLIT_BYTES = 1 << 30

Columns = Sequence[tuple[str, str]]


class StagedTables:
    """A session's tables of staged objects; `close` forgets them and leaves the objects alone."""

    def __init__(self, spark: SparkSession, catalog: CatalogSpec) -> None:
        self._spark = spark
        self._folder = tempfile.mkdtemp(prefix="currents-staged-")
        # Spark keeps a catalog by its name for as long as the session lives.
        self._name = f"{_CATALOG}_{uuid.uuid4().hex[:12]}"
        conf = {
            "": "org.apache.iceberg.spark.SparkCatalog",
            ".type": "hadoop",
            ".warehouse": f"file://{self._folder}",
            ".io-impl": "org.apache.iceberg.io.ResolvingFileIO",
            **file_io_conf(catalog),
        }
        for key, value in conf.items():
            spark.conf.set(f"spark.sql.catalog.{self._name}{key}", value)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def rows(self, topic: str, objects: Sequence[StagedObject], columns: Columns) -> DataFrame:
        """
        One task for each object while they are few: an object is mostly one day, and so its rows stay
        together. Raises StagedColumnsWrongError when an object has a column not, or as another type.
        """
        table = self._created(topic, columns)
        footers = self._footers(table, [item.uri for item in objects])
        check_columns(table, footers)
        self._append(table, footers)
        cost = _SPLIT_BYTES * min(len(objects), TASKS_MAX) // len(objects)
        reader = self._spark.read.option("split-size", _SPLIT_BYTES).option("file-open-cost", cost)
        if any(footer.has_millis for footer in footers):
            # Iceberg 1.12 reads whole columns of such times a thousand times too small where a dictionary
            # holds them, without an error; row by row it is right.
            reader = reader.option("vectorization-enabled", False)
        return reader.table(self._table_of(topic))

    def _created(self, topic: str, columns: Columns) -> Any:
        name = self._table_of(topic)
        typed = ", ".join(f"`{column}` {kind}" for column, kind in columns)
        # The objects' columns have no ids of Iceberg's, so they are found by name.
        self._spark.sql(
            f"CREATE TABLE {name} ({typed}) USING iceberg "
            "TBLPROPERTIES ('gc.enabled'='false', 'read.data-planning-mode'='local')"
        )
        table = self._loaded(name)
        jvm: Any = self._spark.sparkContext._jvm
        mapping = jvm.org.apache.iceberg.mapping
        by_name = mapping.NameMappingParser.toJson(mapping.MappingUtil.create(table.schema()))
        table.updateProperties().set("schema.name-mapping.default", by_name).commit()
        return table

    def _table_of(self, topic: str) -> str:
        return f"{self._name}.batch.{name_of(topic)}"

    def _loaded(self, name: str) -> Any:
        return iceberg_names(self._spark.sparkContext).spark_util.loadIcebergTable(
            self._spark._jsparkSession, name
        )

    def _footers(self, table: Any, uris: Iterable[str]) -> list[Footer]:
        io = table.io()
        with ThreadPoolExecutor(FOOTERS_AT_ONCE) as pool:
            return list(pool.map(lambda uri: read_footer(self._spark, io, uri), uris))

    def _append(self, table: Any, footers: Iterable[Footer]) -> None:
        jvm: Any = self._spark.sparkContext._jvm
        append = table.newFastAppend()
        for footer in footers:
            file = jvm.org.apache.iceberg.DataFiles.builder(table.spec()).withPath(footer.uri)
            sized = file.withFormat("PARQUET").withFileSizeInBytes(footer.size_bytes)
            append.appendFile(sized.withRecordCount(footer.records).build())
        append.commit()


def check_columns(table: Any, footers: Iterable[Footer]) -> None:
    wanted = {field.name(): field.type().toString() for field in table.schema().columns()}
    problems = [
        f"{footer.uri}: column {name}: expected {kind}, found {footer.columns.get(name, 'none')}"
        for footer in footers
        for name, kind in wanted.items()
        if footer.columns.get(name) != kind
    ]
    if problems:
        raise StagedColumnsWrongError("; ".join(problems))

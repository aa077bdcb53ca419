"""What a Parquet object says about itself, read from its last bytes on the driver."""

import tempfile
from dataclasses import dataclass
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from currents_spark.errors import StagedObjectUnreadableError

TAIL_BYTES = 65_536
# Length of the footer and "PAR1".
_END_BYTES = 8


@dataclass(frozen=True)
class Footer:
    """`columns`: types by name, as Iceberg names them. `has_millis`: some times are in milliseconds."""

    uri: str
    size_bytes: int
    records: int
    columns: dict[str, str]
    has_millis: bool


def read_footer(spark: SparkSession, io: Any, uri: str) -> Footer:
    """`io`: Iceberg's access to the store. Raises StagedObjectUnreadableError."""
    file = io.newInputFile(uri)
    size_bytes = file.getLength()
    tail = _last_bytes(file, size_bytes, TAIL_BYTES)
    footer_bytes = int.from_bytes(tail[-_END_BYTES:-4], "little") + _END_BYTES
    if footer_bytes > len(tail):
        tail = _last_bytes(file, size_bytes, footer_bytes)
    jvm: Any = spark.sparkContext._jvm
    # A reader of Parquet looks for all that it needs from the end, so the end alone makes a file for it.
    with tempfile.NamedTemporaryFile(suffix=".parquet") as part:
        part.write(tail)
        part.flush()
        shaded = jvm.org.apache.iceberg.shaded.org.apache.parquet.hadoop
        path = jvm.org.apache.hadoop.fs.Path(f"file://{part.name}")
        conf = spark.sparkContext._jsc.hadoopConfiguration()
        try:
            reader = shaded.ParquetFileReader.open(shaded.util.HadoopInputFile.fromPath(path, conf))
        except Py4JJavaError as error:
            # The file is on this machine, so it is the bytes that are wrong and not the way to the store.
            found = str(error.java_exception).replace(part.name, uri).splitlines()[0]
            raise StagedObjectUnreadableError(
                f"{uri}: expected a Parquet object, found {size_bytes} bytes that are none ({found})"
            ) from error
    try:
        message = reader.getFileMetaData().getSchema()
        schema = jvm.org.apache.iceberg.parquet.ParquetSchemaUtil.convert(message)
        columns = {field.name(): field.type().toString() for field in schema.columns()}
        return Footer(uri, size_bytes, reader.getRecordCount(), columns, "(MILLIS," in message.toString())
    finally:
        reader.close()


def _last_bytes(file: Any, size_bytes: int, count: int) -> bytes:
    stream = file.newStream()
    try:
        stream.seek(max(0, size_bytes - count))
        return bytes(stream.readNBytes(min(count, size_bytes)))
    finally:
        stream.close()

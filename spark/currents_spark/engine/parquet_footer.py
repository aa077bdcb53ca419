"""What a Parquet object says about itself, read from its last bytes on the driver."""

import tempfile
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

TAIL_BYTES = 65_536
# Length of the footer and "PAR1".
_END_BYTES = 8


@dataclass(frozen=True)
class Footer:
    """`columns`: types by name, as Iceberg names them."""

    uri: str
    size_bytes: int
    records: int
    columns: dict[str, str]


def read_footer(spark: SparkSession, io: Any, uri: str) -> Footer:
    """`io`: Iceberg's access to the store."""
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
        reader = shaded.ParquetFileReader.open(shaded.util.HadoopInputFile.fromPath(path, conf))
    try:
        schema = jvm.org.apache.iceberg.parquet.ParquetSchemaUtil.convert(
            reader.getFileMetaData().getSchema()
        )
        columns = {field.name(): field.type().toString() for field in schema.columns()}
        return Footer(uri, size_bytes, reader.getRecordCount(), columns)
    finally:
        reader.close()


def _last_bytes(file: Any, size_bytes: int, count: int) -> bytes:
    stream = file.newStream()
    try:
        stream.seek(max(0, size_bytes - count))
        return bytes(stream.readNBytes(min(count, size_bytes)))
    finally:
        stream.close()

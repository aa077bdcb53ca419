"""The Kafka row message, contract version 1, and how its texts become numbers."""

from pyspark.sql import Column
from pyspark.sql import functions as F

CONTRACT_VERSION = 1
MESSAGE_SCHEMA = """
    v INT, report STRING, `table` STRING, table_version INT, source_file STRING, source_sha256 STRING, source_line INT,
    header_at STRING, file_id STRING, ingested_at STRING, missing_columns ARRAY<STRING>, `values` MAP<STRING, STRING>,
    malformed STRING
"""
# As AEMO writes numbers: optional sign, digits, fraction, exponent. NaN, Infinity, hexadecimal and units are not.
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def parse_message(payload: Column) -> Column:
    """The message as a struct; `malformed` holds the text when it is not JSON of this shape."""
    return F.from_json(payload, MESSAGE_SCHEMA, {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "malformed"})


def is_number(text: Column) -> Column:
    """True for a finite number in AEMO's grammar."""
    return text.rlike(NUMBER) & (F.abs(text.cast("double")) < F.lit(float("inf")))


def header(name: str) -> Column:
    """A Kafka header of the record as text, null when absent."""
    return F.element_at(F.col("headers"), name)


def text_headers(headers: Column) -> Column:
    """Kafka's array of (key, bytes) as a map of texts; of a repeated key the last one counts."""
    pairs = F.transform(headers, lambda item: F.struct(item["key"], F.decode(item["value"], "UTF-8")))
    return F.coalesce(F.map_from_entries(pairs), F.create_map().cast("map<string,string>"))

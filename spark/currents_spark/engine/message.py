"""The Kafka row message, contract version 1, and how its texts become values. All functions give SQL text."""

CONTRACT_VERSION = 1
MESSAGE_SCHEMA = (
    "v INT, report STRING, `table` STRING, table_version INT, source_file STRING, source_sha256 STRING, source_line INT, "
    "header_at STRING, file_id STRING, ingested_at STRING, missing_columns ARRAY<STRING>, `values` MAP<STRING, STRING>, "
    "malformed STRING"
)
# As AEMO writes numbers: sign, digits, fraction, exponent. NaN, Infinity, hexadecimal and units are not.
NUMBER = r"^[+-]?[0-9]+([.][0-9]*)?([eE][+-]?[0-9]+)?$"


def parse_message(payload: str) -> str:
    """The message as a struct; `malformed` holds the text when it is not JSON of this shape."""
    return f"from_json({payload}, '{MESSAGE_SCHEMA}', map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', 'malformed'))"


def value_of(column: str) -> str:
    """A report column's text as received; `column` is SQL text too."""
    return f"message.`values`[{column}]"


def is_empty(text: str) -> str:
    return f"coalesce(trim({text}), '') = ''"


def is_number(text: str) -> str:
    """True for a finite number in AEMO's grammar."""
    return f"({text} RLIKE '{NUMBER}' AND abs(CAST({text} AS DOUBLE)) < CAST('Infinity' AS DOUBLE))"


def header(name: str) -> str:
    """A Kafka header of the record as text, null when absent."""
    return f"element_at(headers, '{name}')"


# Kafka's array of (key, bytes) as a map of texts; of a repeated key the last one counts.
TEXT_HEADERS = (
    "coalesce(map_from_entries(transform(headers, item -> struct(item.key, decode(item.value, 'UTF-8')))), "
    "CAST(map() AS MAP<STRING, STRING>))"
)

"""A message of texts, in one shape for every format, and headers. All functions give SQL text."""

# The coordinates that all rows of a file share, in a typed row message; JSON.
FILE_HEADER = "currents.file"
# Metadata of a message of texts, beside `values`, its fields as received.
FIELDS = (
    ("v", "INT"),
    ("report", "STRING"),
    ("table", "STRING"),
    ("table_version", "INT"),
    ("source_file", "STRING"),
    ("source_sha256", "STRING"),
    ("source_line", "INT"),
    ("header_at", "STRING"),
    ("file_id", "STRING"),
    ("ingested_at", "STRING"),
    ("missing_columns", "ARRAY<STRING>"),
    ("values", "MAP<STRING, STRING>"),
    ("malformed", "STRING"),
)
# Sign, digits, fraction, exponent. NaN, Infinity, hexadecimal and units are no numbers.
NUMBER = r"^[+-]?[0-9]+([.][0-9]*)?([eE][+-]?[0-9]+)?$"
WHOLE_MAX = {"int": 2**31 - 1, "bigint": 2**63 - 1}


def value_of(column: str) -> str:
    """A field's text as received; `column` is SQL text too."""
    return f"message.`values`[{column}]"


def is_empty(text: str) -> str:
    return f"coalesce(trim({text}), '') = ''"


def is_number(text: str) -> str:
    """True for a finite number."""
    return f"({text} RLIKE '{NUMBER}' AND abs(CAST({text} AS DOUBLE)) < CAST('Infinity' AS DOUBLE))"


def is_whole(text: str, limit: str) -> str:
    """True for a whole number up to the limit, which may be written with a fraction ("0.0")."""
    number = f"CAST({text} AS DOUBLE)"
    return f"({number} = floor({number}) AND abs({number}) <= {limit})"


def header(name: str) -> str:
    """A Kafka header of the record as text, null when absent."""
    return f"element_at(headers, '{name}')"


# Kafka's array of (key, bytes) as a map of texts; of a repeated key the last one counts.
TEXT_HEADERS = (
    "coalesce(map_from_entries(transform(headers, item -> struct(item.key, decode(item.value, 'UTF-8')))), "
    "CAST(map() AS MAP<STRING, STRING>))"
)

"""A message of texts, in one shape for every format, and headers. All functions give SQL text."""

from currents_spark.engine.feed import Rule

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

# Says that the record's value was no UTF-8, and by what its text was made from the bytes: none of them is lost,
# and the dead letter of a producer that writes this code page can be replayed as it is.
ENCODING_HEADER = "currents.encoding"
OTHER_ENCODING = "ISO-8859-1"
# A decoder replaces what it can't read by this sign; a producer may also have written it.
_IS_UTF8 = "coalesce(instr(text, '\ufffd') = 0 OR encode(text, 'UTF-8') = value, true)"
# Over `value` and `text`, the value decoded as UTF-8.
PAYLOAD = f"CASE WHEN {_IS_UTF8} THEN text ELSE decode(value, '{OTHER_ENCODING}') END"
HEADERS = (
    f"CASE WHEN {_IS_UTF8} THEN {TEXT_HEADERS} "
    f"ELSE map_concat({TEXT_HEADERS}, map('{ENCODING_HEADER}', '{OTHER_ENCODING}')) END"
)
UTF8_RULE: Rule = (f"{header(ENCODING_HEADER)} IS NOT NULL", "'not_utf8'", "'utf8:message'")

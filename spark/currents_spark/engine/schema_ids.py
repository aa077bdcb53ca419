"""
How messages name the schema that they were written by: a header, or five bytes before the value. All texts
are SQL.
"""

from collections.abc import Collection, Mapping

from pyspark.sql import DataFrame

from currents_spark.engine.feed import Rule
from currents_spark.engine.message import header
from currents_spark.sql_text import literal, literals

# The id as decimal text.
SCHEMA_ID_HEADER = "currents.schema_id"
UNKNOWN_SCHEMA = "unknown_schema"

# A zero and the id as four bytes, as Confluent's serializers write them. No JSON text begins with a zero.
_IS_PREFIXED = "coalesce(length(value) >= 5 AND substring(value, 1, 1) = X'00', false)"
_PREFIX_ID = "conv(hex(substring(value, 2, 4)), 16, 10)"
# Only JSON is taken out of its prefix: of anything else the dead letter keeps every byte.
_JSON_STARTS = "X'7B', X'20', X'09', X'0A', X'0D'"
_VALUE = (
    f"CASE WHEN {_IS_PREFIXED} AND substring(value, 6, 1) IN ({_JSON_STARTS}) "
    "THEN substring(value, 6) ELSE value END"
)
_NO_HEADERS = "CAST(array() AS ARRAY<STRUCT<key: STRING, value: BINARY>>)"
# First among the headers: of a repeated key the last one counts, so that the producer's own header wins.
_HEADERS = (
    f"CASE WHEN {_IS_PREFIXED} THEN concat("
    f"array(named_struct('key', '{SCHEMA_ID_HEADER}', 'value', encode({_PREFIX_ID}, 'UTF-8'))), "
    f"coalesce(headers, {_NO_HEADERS})) ELSE headers END"
)


def with_id_headers(records: DataFrame) -> DataFrame:
    """Records of Kafka, those with a prefix as if they had come with the header."""
    return records.selectExpr(
        "topic", "partition", "offset", "timestamp", f"{_VALUE} AS value", f"{_HEADERS} AS headers"
    )


def subject_of(topic: str) -> str:
    """The subject of the topic's JSON messages."""
    return f"{topic}-value"


def unknown_schema_rules(known: Mapping[str, Collection[int]]) -> tuple[Rule, ...]:
    """For each topic its known ids. A message without an id is read by the contract, and breaks no rule."""
    return tuple(
        (
            f"feed = {literal(topic)} AND {header(SCHEMA_ID_HEADER)} IS NOT NULL AND {_is_none_of(ids)}",
            f"'{UNKNOWN_SCHEMA}'",
            literal(f"schema_id_of:{subject_of(topic)}"),
        )
        for topic, ids in sorted(known.items())
    )


def _is_none_of(ids: Collection[int]) -> str:
    if not ids:
        return "true"
    return f"trim({header(SCHEMA_ID_HEADER)}) NOT IN ({literals(str(each) for each in sorted(ids))})"

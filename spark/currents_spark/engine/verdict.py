"""Why a message of texts can't be used: the first rule it breaks, in the order below; null for none."""

from currents_spark.engine.feed import MessageFormat, Rule
from currents_spark.engine.guard import first_broken
from currents_spark.engine.message import is_empty, is_number, is_whole, value_of
from currents_spark.engine.pipeline import Pipeline

# The same names as in ingest: <column>_missing, <column>_not_a_number, <column>_invalid, empty_<id>.
_EMPTY_KEYS = f"filter(columns.keys, name -> {is_empty(value_of('name.source'))})"
_EMPTY_VALUES = (
    f"filter(columns.required, name -> {is_empty(value_of('name'))} "
    "AND NOT coalesce(array_contains(message.missing_columns, name), false))"
)
_BAD_NUMBERS = (
    f"filter(columns.numbers, name -> NOT {is_empty(value_of('name'))} AND NOT {is_number(value_of('name'))})"
)
_BAD_WHOLES = (
    f"filter(columns.wholes, whole -> NOT {is_empty(value_of('whole.source'))} "
    f"AND NOT {is_whole(value_of('whole.source'), 'whole.limit')})"
)
_BAD_BOOLEANS = (
    f"filter(columns.booleans, name -> NOT {is_empty(value_of('name'))} "
    f"AND lower({value_of('name')}) NOT IN ('true', 'false'))"
)
_OUT_OF_RANGE = (
    f"filter(columns.ranges, span -> NOT {is_empty(value_of('span.source'))} "
    f"AND CAST({value_of('span.source')} AS DOUBLE) NOT BETWEEN span.low AND span.high)"
)
_BAD_WORDS = (
    f"filter(columns.words, word -> NOT {is_empty(value_of('word.source'))} "
    f"AND NOT array_contains(word.texts, {value_of('word.source')}))"
)


def _first(found: str, ending: str, rule: str, field: str = "") -> Rule:
    name = f"{found}[0]{field}"
    return (f"size({found}) > 0", f"concat(lower({name}), '{ending}')", f"concat('{rule}:', {name})")


_NUMBER_RULES = (
    _first(_EMPTY_VALUES, "_missing", "not_null"),
    _first(_BAD_NUMBERS, "_not_a_number", "number"),
    _first(_BAD_WHOLES, "_not_a_whole_number", "whole_number", ".source"),
)
_RANGE_RULE: Rule = (
    f"size({_OUT_OF_RANGE}) > 0",
    f"concat(lower({_OUT_OF_RANGE}[0].source), '_out_of_range')",
    f"{_OUT_OF_RANGE}[0].rule",
)


def rules_of(pipeline: Pipeline, message: MessageFormat) -> tuple[Rule, ...]:
    """The rules for messages of one format."""
    has_booleans = any(feed.sources("boolean") for feed in pipeline.feeds)
    has_ranges = any(column.is_limited for feed in pipeline.feeds for column in feed.columns)
    has_words = any(feed.judged_words for feed in pipeline.feeds)
    return (
        *message.rules_before,
        (
            "event_time IS NULL",
            "concat(lower(columns.time), '_invalid')",
            f"concat('{message.time_rule}:', columns.time)",
        ),
        (
            f"size({_EMPTY_KEYS}) > 0",
            f"{_EMPTY_KEYS}[0].reason",
            f"concat('not_null:', {_EMPTY_KEYS}[0].source)",
        ),
        *_NUMBER_RULES,
        *((_first(_BAD_BOOLEANS, "_not_a_boolean", "boolean"),) if has_booleans else ()),
        *((_RANGE_RULE,) if has_ranges else ()),
        *((_first(_BAD_WORDS, "_not_allowed", "allowed_values", ".source"),) if has_words else ()),
        *message.rules_after,
    )


def reason_and_rule(pipeline: Pipeline) -> str:
    """SQL text of a struct of reason and rule; null for a usable row."""
    return pipeline.by_format(lambda format: first_broken(rules_of(pipeline, format)))

"""Why a row message can't be used: the first rule it breaks, in the order below; null when it breaks none."""

from currents_spark.pipelines.nem.feeds import LAST_CHANGED
from currents_spark.engine.message import CONTRACT_VERSION, is_empty, is_number, value_of
from currents_spark.pipelines.nem.nem_time import parse_stamp

# As ingest words its own refusals: <column>_missing, <column>_not_a_number, <column>_invalid, empty_<id>.
_EMPTY_KEYS = f"filter(columns.keys, name -> {is_empty(value_of('name.source'))})"
_EMPTY_VALUES = f"filter(columns.required, name -> {is_empty(value_of('name'))} AND NOT coalesce(array_contains(message.missing_columns, name), false))"
_BAD_NUMBERS = (
    f"filter(columns.numbers, name -> NOT {is_empty(value_of('name'))} AND NOT {is_number(value_of('name'))})"
)
_COORDINATES = ("source_file", "source_sha256", "source_line", "file_id")
_COORDINATES_MISSING = " OR ".join(
    [
        *[f"message.{name} IS NULL" for name in _COORDINATES],
        f"{parse_stamp('message.header_at')} IS NULL",
        "try_cast(message.ingested_at AS TIMESTAMP) IS NULL",
    ]
)
_LAST_CHANGED = value_of(f"'{LAST_CHANGED}'")

# (condition, reason, rule) as SQL text over `message`, `columns` and `trading_interval`.
RULES: tuple[tuple[str, str, str], ...] = (
    ("message IS NULL OR message.malformed IS NOT NULL", "'malformed_json'", "'json:row_message'"),
    (
        f"coalesce(message.v, -1) <> {CONTRACT_VERSION}",
        "'contract_version_unknown'",
        f"'contract_version:{CONTRACT_VERSION}'",
    ),
    (
        _COORDINATES_MISSING,
        "'coordinates_missing'",
        "'not_null:source_file,source_sha256,source_line,file_id,header_at,ingested_at'",
    ),
    (
        "trading_interval IS NULL",
        "concat(lower(columns.interval), '_invalid')",
        "concat('nem_timestamp:', columns.interval)",
    ),
    (f"size({_EMPTY_KEYS}) > 0", f"{_EMPTY_KEYS}[0].reason", f"concat('not_null:', {_EMPTY_KEYS}[0].source)"),
    (
        f"size({_EMPTY_VALUES}) > 0",
        f"concat(lower({_EMPTY_VALUES}[0]), '_missing')",
        f"concat('not_null:', {_EMPTY_VALUES}[0])",
    ),
    (
        f"size({_BAD_NUMBERS}) > 0",
        f"concat(lower({_BAD_NUMBERS}[0]), '_not_a_number')",
        f"concat('number:', {_BAD_NUMBERS}[0])",
    ),
    (
        f"NOT {is_empty(_LAST_CHANGED)} AND {parse_stamp(_LAST_CHANGED)} IS NULL",
        f"'{LAST_CHANGED.lower()}_invalid'",
        f"'nem_timestamp:{LAST_CHANGED}'",
    ),
)


def reason_and_rule() -> str:
    """SQL text of a struct of reason and rule; null for a usable row."""
    cases = " ".join(
        f"WHEN {broken} THEN named_struct('reason', {reason}, 'rule', {rule})"
        for broken, reason, rule in RULES
    )
    return f"CASE {cases} END"

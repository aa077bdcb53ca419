"""
Why a typed row can't be used. Ingest judges texts as received; this is the guard on what reaches the lake: the
row's place, its time, its keys and the values that it must have.
"""

from currents_spark.engine.feed import Feed, FeedColumn, Rule
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.row_message import COORDINATES_RULE
from currents_spark.sql_text import literal


def typed_verdict(pipeline: Pipeline, topics: set[str], before: tuple[Rule, ...] = ()) -> str:
    """SQL text of a struct of reason and rule, null for a usable row; `before`: rules of the row's form."""
    feeds = [feed for feed in pipeline.feeds if feed.topic in topics]
    by_feed = " ".join(f"WHEN feed = '{feed.topic}' THEN {first_broken(rules_of(feed))}" for feed in feeds)
    return first_broken((*before, COORDINATES_RULE), f"CASE {by_feed} END")


def rules_of(feed: Feed) -> tuple[Rule, ...]:
    """The same reasons, rules and order as for texts (see verdict.rules_of)."""
    time = (
        "event_time IS NULL",
        literal(f"{feed.time.lower()}_invalid"),
        literal(f"{feed.message.time_rule}:{feed.time}"),
    )
    keys = tuple(
        (_is_missing(key.name, key.type), f"'{empty_key(key.name)}'", literal(f"not_null:{key.source}"))
        for key in feed.keys
    )
    names = {column.source: column for column in feed.columns}
    required = tuple(
        (
            f"{_is_missing(names[source].name, names[source].type)} "
            f"AND NOT coalesce(array_contains(missing_columns, {literal(source)}), false)",
            literal(f"{source.lower()}_missing"),
            literal(f"not_null:{source}"),
        )
        for source in feed.required
    )
    ranges = tuple(
        (_is_outside(column), literal(f"{column.source.lower()}_out_of_range"), literal(column.range_rule))
        for column in feed.columns
        if column.is_limited
    )
    return (time, *keys, *required, *ranges)


def _is_outside(column: FeedColumn) -> str:
    limits = (("<", column.minimum), (">", column.maximum))
    tests = (f"fields.{column.name} {sign} {limit}" for sign, limit in limits if limit is not None)
    return f"coalesce({' OR '.join(tests)}, false)"


def empty_key(name: str) -> str:
    return f"empty_{name}" if name.endswith("_id") else f"{name}_missing"


def first_broken(rules: tuple[Rule, ...], otherwise: str = "NULL") -> str:
    cases = " ".join(
        f"WHEN {broken} THEN named_struct('reason', {reason}, 'rule', {rule})"
        for broken, reason, rule in rules
    )
    return f"CASE {cases} ELSE {otherwise} END"


def _is_missing(name: str, kind: str) -> str:
    return f"coalesce(trim(fields.{name}), '') = ''" if kind == "string" else f"fields.{name} IS NULL"

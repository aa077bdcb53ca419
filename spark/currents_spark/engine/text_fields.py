"""Typed values of messages of texts. All functions give SQL text."""

from currents_spark.engine.feed import Feed, FeedColumn
from currents_spark.engine.message import value_of
from currents_spark.engine.pipeline import Pipeline
from currents_spark.sql_text import literal, literals


def fields_of(pipeline: Pipeline) -> str:
    """`fields` of shape.judged: a struct of every typed column of the pipeline's feeds."""
    made: dict[str, dict[str, list[Feed]]] = {name: {} for name in pipeline.field_types}
    for feed in pipeline.feeds:
        made[pipeline.clock.column].setdefault("event_time", []).append(feed)
        for column in feed.typed_columns:
            made[column.name].setdefault(_typed(feed, column), []).append(feed)
    fields = (f"'{name}', CAST({_by_feed(made[name])} AS {pipeline.field_types[name]})" for name in made)
    return f"named_struct({', '.join(fields)})"


def extra_of(pipeline: Pipeline) -> str:
    return _by_feed({_extra(feed): [feed] for feed in pipeline.feeds})


def _extra(feed: Feed) -> str:
    return feed.message.extra(literals(feed.contract_fields))


def _by_feed(values: dict[str, list[Feed]]) -> str:
    """Columns that feeds share are mostly made from the same field: then there is nothing to tell apart."""
    if len(values) == 1:
        return next(iter(values))
    cases = (
        f"WHEN feed IN ({', '.join(repr(feed.topic) for feed in feeds)}) THEN {value}"
        for value, feeds in values.items()
    )
    return f"CASE {' '.join(cases)} END"


def _typed(feed: Feed, column: FeedColumn) -> str:
    """The column's value; null where the message has none."""
    text = value_of(literal(column.source))
    number = f"CAST({text} AS DOUBLE)"
    if column.type == "string":
        return f"CASE WHEN {text} <> '' THEN {text} END"
    if column.type in ("timestamp", "timestamp_ntz"):
        return feed.message.time(text)
    if column.type == "boolean":
        return f"CAST({text} AS BOOLEAN)"
    # Whole numbers may be written with a fraction ("0.0"); a double holds no more than 53 bits of one.
    if column.type == "bigint":
        return f"coalesce(try_cast({text} AS BIGINT), CAST({number} AS BIGINT))"
    return number if column.type == "double" else f"CAST({number} AS INT)"

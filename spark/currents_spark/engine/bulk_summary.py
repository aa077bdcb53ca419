"""
What a large batch holds, and which of its files say a line twice, in one pass over few columns.

Rows are counted by file, block of 64 lines and period first, with nothing but numbers beside them, so that
Spark keeps the groups in a hash table and sorts nothing. A block has as many lines as the bits that its rows
set; a file repeats a line where a block has more rows than that.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.batch_summary import FeedSummary
from currents_spark.engine.feed import FILE_LINE
from currents_spark.engine.pipeline import Pipeline
from currents_spark.engine.repeats import RepeatingFile
from currents_spark.sql_text import literals

_BLOCK = ("feed", "topic", "is_dead", "source_sha256", "block")
_SPANS, _ENDS = ("event_time", "offset"), ("min", "max")
_USABLE = "NOT is_dead AND NOT is_text AND reason IS NULL"


def summarize_files(
    judged: DataFrame, pipeline: Pipeline
) -> tuple[dict[str, FeedSummary], list[RepeatingFile]]:
    """
    Summaries by data topic, which hold where no file repeats a line; and those that do. Only for feeds that
    lines of files or Kafka's coordinates identify.
    """
    rows = _by_feed(_by_block(_by_period(judged, pipeline), pipeline)).collect()
    names = [name for name in FeedSummary.__dataclass_fields__ if name != "repeated"]
    summaries = {row.feed: FeedSummary(**{name: row[name] for name in names}) for row in rows}
    return summaries, [(file.topic, file.source_sha256) for row in rows for file in row.files]


def _by_period(judged: DataFrame, pipeline: Pipeline) -> DataFrame:
    lengths = ", ".join(f"'{feed.topic}', {feed.period_s}L" for feed in pipeline.feeds)
    start = pipeline.clock.period_start("event_time", f"element_at(map({lengths}), feed)")
    keys = judged.selectExpr(
        "feed",
        "topic",
        "is_dead",
        "is_text",
        "source_sha256",
        "source_line",
        f"({_USABLE}) AS usable",
        "source_line div 64 AS block",
        f"CASE WHEN {_USABLE} THEN {start} END AS start",
        f"CASE WHEN {_USABLE} THEN partition_date END AS date",
        *_SPANS,
    )
    spans = [
        f"{kind}(CASE WHEN usable THEN {name} END) AS {kind}_{name}" for name in _SPANS for kind in _ENDS
    ]
    aggregates = ["count(*) AS n", "bit_or(shiftleft(1L, source_line % 64)) AS lines", *spans]
    return keys.groupBy(*_BLOCK, "is_text", "usable", "start", "date").agg(
        *[F.expr(text) for text in aggregates]
    )


def _by_block(periods: DataFrame, pipeline: Pipeline) -> DataFrame:
    of_files = [feed.topic for feed in pipeline.feeds if feed.identity == FILE_LINE]
    by_line = f"block IS NOT NULL AND topic IN ({literals(of_files)})" if of_files else "false"
    named = f"source_sha256 IS NOT NULL AND (is_dead OR {by_line})"
    sums = {"n": "true", "usable": "usable", "texts": "is_text", "dead": "NOT usable AND NOT is_text"}
    aggregates = [
        *[f"sum(CASE WHEN {condition} THEN n ELSE 0 END) AS {name}" for name, condition in sums.items()],
        "bit_or(lines) AS lines",
        *[f"{kind}({kind}_{name}) AS {kind}_{name}" for name in _SPANS for kind in _ENDS],
        "collect_set(start) AS starts",
        "collect_set(date) AS dates",
    ]
    blocks = periods.groupBy(*_BLOCK).agg(*[F.expr(text) for text in aggregates])
    return blocks.selectExpr("*", f"{named} AND n > 1 AND n > coalesce(bit_count(lines), 0) AS repeats")


def _by_feed(blocks: DataFrame) -> DataFrame:
    aggregates = [
        "sum(n) AS records",
        "sum(usable) AS usable",
        "sum(texts) AS texts",
        "sum(dead) AS dead",
        "CAST(min(min_event_time) AS STRING) AS first",
        "CAST(max(max_event_time) AS STRING) AS last",
        "min(min_offset) AS low_offset",
        "max(max_offset) AS high_offset",
        "array_sort(array_distinct(flatten(collect_list(starts)))) AS period_starts",
        "CAST(array_sort(array_distinct(flatten(collect_list(dates)))) AS ARRAY<STRING>) AS dates",
        "sort_array(collect_set(CASE WHEN usable > 0 THEN source_sha256 END)) AS checksums",
        "collect_set(CASE WHEN repeats THEN struct(topic, source_sha256) END) AS files",
    ]
    return blocks.groupBy("feed").agg(*[F.expr(text) for text in aggregates])

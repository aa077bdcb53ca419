"""Why a row message can't be used: the first rule it breaks, in the order below; null when it breaks none."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from currents_spark.pipelines.nem.feeds import LAST_CHANGED
from currents_spark.pipelines.nem.message import CONTRACT_VERSION, is_number
from currents_spark.pipelines.nem.nem_time import parse_stamp

_COORDINATES = ("source_file", "source_sha256", "source_line", "file_id")


def reason_and_rule() -> Column:
    """A struct of reason and rule over the columns `message`, `columns` and `trading_interval`; null = usable."""
    verdict: Column | None = None
    for broken, reason, rule in reversed(_rules()):
        found = F.struct(F.lit(reason).alias("reason"), rule.cast("string").alias("rule"))
        verdict = F.when(broken, found) if verdict is None else F.when(broken, found).otherwise(verdict)
    assert verdict is not None
    return verdict


def _rules() -> list[tuple[Column, str, Column]]:
    message = F.col("message")
    empty_keys = F.filter(F.col("columns.keys"), lambda name: _is_empty(_value(name)))
    bad_numbers = F.filter(F.col("columns.numbers"), lambda name: ~_is_empty(_value(name)) & ~is_number(_value(name)))
    empty_values = F.filter(F.col("columns.required"), lambda name: _is_empty(_value(name)) & ~_is_missing(name))
    return [
        (message.isNull() | message["malformed"].isNotNull(), "malformed_json", F.lit("value is one JSON object of the row contract")),
        (~(F.coalesce(message["v"], F.lit(-1)) == CONTRACT_VERSION), "contract_version_unknown", F.lit(f"v is {CONTRACT_VERSION}")),
        (_coordinates_missing(message), "coordinates_missing", F.lit("source file, checksum, line, file id and stamps are there")),
        (F.col("trading_interval").isNull(), "interval_unparsable", F.concat(F.col("columns.interval"), F.lit(" is YYYY/MM/DD HH:MM:SS"))),
        (F.size(empty_keys) > 0, "key_empty", F.concat(empty_keys[0], F.lit(" is not empty"))),
        (F.size(empty_values) > 0, "value_empty", F.concat(empty_values[0], F.lit(" is not empty"))),
        (F.size(bad_numbers) > 0, "value_not_a_number", F.concat(bad_numbers[0], F.lit(" is a finite decimal number"))),
        (_last_changed_unparsable(), "last_changed_unparsable", F.lit(f"{LAST_CHANGED} is YYYY/MM/DD HH:MM:SS or empty")),
    ]


def _value(name: Column | str) -> Column:
    return F.col("message.values")[name]


def _is_empty(text: Column) -> Column:
    return F.coalesce(F.trim(text), F.lit("")) == ""


def _is_missing(name: Column) -> Column:
    return F.coalesce(F.exists(F.col("message.missing_columns"), lambda missing: missing == name), F.lit(False))


def _coordinates_missing(message: Column) -> Column:
    missing = parse_stamp(message["header_at"]).isNull() | message["ingested_at"].cast("timestamp").isNull()
    for name in _COORDINATES:
        missing = missing | message[name].isNull()
    return missing


def _last_changed_unparsable() -> Column:
    return ~_is_empty(_value(LAST_CHANGED)) & parse_stamp(_value(LAST_CHANGED)).isNull()

"""A batch's records as a fold takes them: by key, thinned, in the order of arrival."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from currents_spark.engine.fold import Fold

# Producers set Kafka's time themselves unless the topic says otherwise: one of them may be ahead.
_ARRIVED = "unix_micros(ingested_at)"


def records_by_key(fold: Fold, records: DataFrame) -> DataFrame:
    """
    One row for each key: `samples`, a struct of lists; `kept`, of its newest record; `arrived_s`, the newest
    time of arrival.

    The order is that of arrival and not of the samples' own times. So the order in which a key's records are
    taken is the same, however they are divided into batches: what comes late in one batch comes late in two.
    """
    columns = [f"{value} AS {name}" for name, value in fold.samples.items()]
    kept = ", ".join(fold.kept)
    record = f"struct(ingested_at, partition, offset, struct({', '.join(columns)}) AS sample, struct({kept}) AS kept)"
    slotted = records.selectExpr(
        f"trim({fold.key}) AS {fold.key}",
        f"{fold.slot} AS slot",
        f"{_ARRIVED} AS arrived",
        f"{record} AS record",
    )
    thinned = slotted.groupBy(fold.key, "slot").agg(
        F.min("record").alias("record"), F.max("arrived").alias("arrived")
    )
    by_key = thinned.groupBy(fold.key).agg(
        F.expr("sort_array(collect_list(record)) AS records"), F.expr("max(arrived) / 1e6D AS arrived_s")
    )
    lists = (f"transform(records, each -> each.sample.{name}) AS {name}" for name in fold.samples)
    return by_key.selectExpr(
        fold.key,
        f"struct({', '.join(lists)}) AS samples",
        "element_at(records, -1).kept AS kept",
        "arrived_s",
    )


def newest_time_s(arrivals: list[float], clock_s: float) -> float:
    """
    The time by which keys that sent nothing are judged: Kafka's newest time of this batch that two keys have
    reached, and never later than this machine's clock. A single producer whose clock is ahead must not make
    all others late. `arrivals`: one of each key of the batch.
    """
    return min(sorted(arrivals)[-2:][0], clock_s)

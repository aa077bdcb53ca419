"""Results that several steps read: computed once, and kept where their size allows."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark import StorageLevel
from pyspark.sql import DataFrame


def hold(rows: DataFrame, is_bulk: bool) -> DataFrame:
    """
    `rows`, computed when first asked for.

    Small ones are cut from their lineage, because planning what follows would cost more than running it. Many go to
    local disk by columns: the heap is for what is under way, and later steps read few of the columns.
    """
    return rows.persist(StorageLevel.DISK_ONLY) if is_bulk else rows.localCheckpoint()


@contextmanager
def held(rows: DataFrame, is_bulk: bool) -> Iterator[DataFrame]:
    """The same, given back at the end of the block; what was cut from its lineage Spark gives back by itself."""
    kept = hold(rows, is_bulk)
    try:
        yield kept
    finally:
        if is_bulk:
            kept.unpersist()

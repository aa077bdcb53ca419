"""Results that several steps read: computed once, and kept where their size allows."""

from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, TypeVar

from pyspark import StorageLevel
from pyspark.sql import DataFrame


class Closeable(Protocol):
    """What has to be closed when the steps are done."""

    def close(self) -> None:
        """Safe to call again."""


Kept = TypeVar("Kept", bound=Closeable)


class Held:
    """
    Keeps small results by cutting them from their lineage, because planning what follows would cost more than
    running it; what was cut Spark gives back by itself. Keeps large ones on local disk by columns, computed
    when first asked for, until `release`: the heap is for what is under way, and later steps read few of the
    columns.
    """

    def __init__(self, is_bulk: bool) -> None:
        self._is_bulk = is_bulk
        self._on_disk: list[DataFrame] = []
        self._kept = ExitStack()

    def hold(self, rows: DataFrame) -> DataFrame:
        if not self._is_bulk:
            return rows.localCheckpoint()
        self._on_disk.append(rows.persist(StorageLevel.DISK_ONLY))
        return self._on_disk[-1]

    def keep(self, resource: Kept) -> Kept:
        """Closes it on `release`."""
        self._kept.callback(resource.close)
        return resource

    def release(self) -> None:
        """Gives the disk back; safe to call again."""
        self._kept.close()
        while self._on_disk:
            self._on_disk.pop().unpersist()

    def __enter__(self) -> "Held":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.release()

"""A pytest plugin: several processes over the same files, each file run by the first that claims it.

Started with `-p shared_queue` and SHARED_QUEUE=<empty folder>. Halves that are fixed before are not equal:
one took 414 s and the other 224 s.
"""

import os
from collections.abc import Iterator
from itertools import chain, groupby, pairwise
from pathlib import Path

import pytest


def pytest_runtestloop(session: pytest.Session) -> bool:
    """As pytest's own loop. The item after the last of a file is of the next one, so that Spark is kept."""
    if session.testsfailed:
        raise session.Interrupted(f"{session.testsfailed} errors while the tests were collected")
    for item, next_item in pairwise(chain(claimed(session.items), [None])):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
        if session.shouldfail or session.shouldstop:
            raise session.Interrupted(session.shouldfail or session.shouldstop)
    return True


def claimed(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The tests of those files that no other process has claimed before."""
    for file, tests in groupby(items, key=lambda item: item.path):
        if claim(file.name):
            yield from tests


def claim(name: str) -> bool:
    try:
        (Path(os.environ["SHARED_QUEUE"]) / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

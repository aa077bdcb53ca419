"""
A dbt that has loaded its library and waits for one line on stdin: {"args": [...], "env": {...}, "cwd": "...",
"stamp": "..."}.

Then it is that dbt, with that environment and no other, and works once. It ends when stdin closes without a
line: the process that started it is gone. A line before that with "isRehearsal" is a command that it carries out
while it waits, so that what dbt loads and generates at its first command is there when the work begins. The
project that it parses then, by "parse", serves work of the same "stamp".
"""

import contextlib
import io
import json
import os
import sys

# The adapter is otherwise loaded by name, when the profile is read.
import dbt.adapters.trino
import dbt.task.runnable
from dbt.cli.main import dbtRunner, dbtRunnerResult


def main() -> None:
    dbt.task.runnable.write_manifest = write_no_manifest
    orders, parsed = next_orders(), {}
    if orders and orders.get("isRehearsal"):
        parsed = {orders["stamp"]: rehearse(orders)}
        orders = next_orders()
    if not orders:
        return
    take(orders)
    end(dbtRunner(manifest=parsed.get(orders["stamp"])).invoke(orders["args"]))


def write_no_manifest(*_: object) -> None:
    """
    The manifest, which nothing here reads, is written after the last node, for as long as a test takes. One
    option stands for this file and the results, which are wanted.
    """


def next_orders() -> dict | None:
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def take(orders: dict) -> None:
    os.environ.clear()
    os.environ.update(orders["env"])
    os.chdir(orders["cwd"])


def rehearse(orders: dict) -> object:
    """
    The parsed project, or None: a fault of the project shows again in the work itself. Says nothing, and the
    result of the command does not matter.
    """
    take(orders)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        manifest = dbtRunner().invoke(orders["parse"]).result
        dbtRunner(manifest=manifest).invoke(orders["args"])
    return manifest


def end(outcome: dbtRunnerResult) -> None:
    """By the exit codes of dbt's command line, and without the time that Python takes to clear its memory."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if outcome.success else 2 if outcome.exception else 1)


main()

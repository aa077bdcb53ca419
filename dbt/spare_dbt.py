"""
A dbt that has loaded its library and waits for one line on stdin: {"args": [...], "env": {...}, "cwd":
"..."}.

Then it is that dbt, with that environment and no other, and works once. It ends when stdin closes without a
line: the process that started it is gone. A line before that with "isRehearsal" is a command that it carries out
while it waits, so that what dbt loads and generates at its first command is there when the work begins.
"""

import contextlib
import io
import json
import os
import sys

import dbt.adapters.trino  # noqa: F401  the adapter is otherwise loaded by name, when the profile is read
from dbt.cli.main import cli, dbtRunner


def main() -> None:
    orders = next_orders()
    if orders and orders.get("isRehearsal"):
        rehearse(orders)
        orders = next_orders()
    if not orders:
        return
    take(orders)
    cli(args=orders["args"], prog_name="dbt")


def next_orders() -> dict | None:
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def take(orders: dict) -> None:
    os.environ.clear()
    os.environ.update(orders["env"])
    os.chdir(orders["cwd"])


def rehearse(orders: dict) -> None:
    """Says nothing, and its result does not matter: a fault of the project shows again in the work itself."""
    take(orders)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        dbtRunner().invoke(orders["args"])


main()

"""
A dbt that has loaded its library and waits for one line on stdin: {"args": [...], "env": {...}, "cwd":
"..."}.

Then it is that dbt, with that environment and no other, and works once. It ends when stdin closes without a
line: the process that started it is gone.
"""

import json
import os
import sys

import dbt.adapters.trino  # noqa: F401  the adapter is otherwise loaded by name, when the profile is read
from dbt.cli.main import cli


def main() -> None:
    line = sys.stdin.readline()
    if not line:
        return
    orders = json.loads(line)
    os.environ.clear()
    os.environ.update(orders["env"])
    os.chdir(orders["cwd"])
    cli(args=orders["args"], prog_name="dbt")


main()

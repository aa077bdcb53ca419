"""Starts the warm driver: `python spark/driver.py --port N`. State lives in CURRENTS_HOME/spark/jobs."""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from currents_spark.runner.driver import Driver  # noqa: E402 - needs the path above


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    arguments = parser.parse_args()
    return Driver(Path(os.environ.get("CURRENTS_HOME", ".currents"))).serve(arguments.port)


if __name__ == "__main__":
    sys.exit(main())

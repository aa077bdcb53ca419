"""
Prints what tables pipelines declare, as one JSON object `{pipeline: [table]}`: `python spark/describe.py nem`.

Starts no Spark and reads no lake; without names, all pipelines that are found.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from currents_spark.jobs.describe_tables import declared_tables  # noqa: E402 - needs the path above
from currents_spark.runner.registry import load_pipeline, pipeline_names  # noqa: E402


def main() -> int:
    names = sys.argv[1:] or pipeline_names()
    print(json.dumps({name: declared_tables(load_pipeline(name)) for name in names}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

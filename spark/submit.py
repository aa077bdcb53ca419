"""
Runs one job and exits: `spark-submit spark/submit.py --spec job.json --result result.json`.

Exit code 0 = succeeded, 1 = failed, 2 = cancelled (SIGTERM); the result file is written in every case.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from currents_spark.control import JobControl  # noqa: E402 - needs the path above
from currents_spark.job import run_job  # noqa: E402
from currents_spark.session import application_conf, start_application, stop_application  # noqa: E402
from currents_spark.spec import records_of  # noqa: E402

LOOK_EVERY_S = 2
CANCEL_GRACE_S = 20
EXIT_CODES = {"succeeded": 0, "failed": 1, "cancelled": 2}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", type=Path, required=True, help="JSON job spec")
    parser.add_argument("--result", type=Path, required=True, help="where the JSON result goes")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one is gone")
    arguments = parser.parse_args()
    document = json.loads(arguments.spec.read_text("utf-8"))
    spark = start_application("currents-submit", application_conf(records_of(document)))
    control = JobControl(str(document.get("job_id")), spark.sparkContext)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=control.cancel).start())
    if arguments.with_parent:
        threading.Thread(target=_end_with_parent, args=(control, os.getppid()), daemon=True).start()
    result = run_job(spark, document, control)
    part = arguments.result.with_suffix(".part")
    part.write_text(json.dumps(result), "utf-8")
    os.replace(part, arguments.result)
    stop_application(spark)
    return EXIT_CODES[result["status"]]


def _end_with_parent(control: JobControl, parent: int) -> None:
    """A killed worker can't stop its job; the job's branch is dropped by the next attempt, its process ends here."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    control.cancel()
    time.sleep(CANCEL_GRACE_S)
    os._exit(EXIT_CODES["cancelled"])


if __name__ == "__main__":
    sys.exit(main())

"""
Runs jobs in a Spark application of its own.

`spark-submit spark/submit.py --spec job.json --result result.json` runs one and exits. With `--from-stdin`
jobs come as lines `{"spec": path, "result": path}`, one after the other, until stdin ends or a job does not
succeed: a JVM that has run one bulk job runs the next in half the processor time (measured: reading 1,052,352
rows took 75 s, then 43 s, then 35 s).

Exit code 0 = the last job succeeded, 1 = failed, 2 = cancelled (SIGTERM); every job that began has its result
file.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from pyspark.sql import SparkSession

sys.path.insert(0, str(Path(__file__).resolve().parent))

from currents_spark.runner.control import JobControl  # noqa: E402 - needs the path above
from currents_spark.runner.job import run_job  # noqa: E402
from currents_spark.runner.session import application_conf, start_application, stop_application  # noqa: E402
from currents_spark.runner.spec import records_of  # noqa: E402

LOOK_EVERY_S = 2
CANCEL_GRACE_S = 20
EXIT_CODES = {"succeeded": 0, "failed": 1, "cancelled": 2}

Order = tuple[Path, Path]


class Submission:
    """
    One Spark application, started with the first job and for jobs of its size, and the job it runs at the
    moment.
    """

    def __init__(self) -> None:
        self._spark: SparkSession | None = None
        self._control: JobControl | None = None

    def run(self, spec: Path, result_file: Path) -> str:
        """Runs one job, writes its result, and gives its status."""
        document = json.loads(spec.read_text("utf-8"))
        self._spark = self._spark or start_application(
            "currents-submit", application_conf(records_of(document))
        )
        self._control = JobControl(str(document.get("job_id")), self._spark.sparkContext)
        result = run_job(self._spark, document, self._control)
        self._control = None
        part = result_file.with_suffix(".part")
        part.write_text(json.dumps(result), "utf-8")
        os.replace(part, result_file)
        return str(result["status"])

    def cancel(self) -> bool:
        """Asks the running job to end; False without one."""
        control = self._control
        if control is not None:
            control.cancel()
        return control is not None

    def stop(self) -> None:
        if self._spark is not None:
            stop_application(self._spark)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spec", type=Path, help="JSON job spec")
    parser.add_argument("--result", type=Path, help="where the JSON result goes")
    parser.add_argument("--from-stdin", action="store_true", help="take jobs from stdin instead")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the process that started this one is gone"
    )
    arguments = parser.parse_args()
    if not arguments.from_stdin and not (arguments.spec and arguments.result):
        parser.error("expected --spec and --result, or --from-stdin")
    submission = Submission()
    _end_when_told(submission)
    if arguments.with_parent:
        threading.Thread(target=_end_with_parent, args=(submission, os.getppid()), daemon=True).start()
    status = "succeeded"
    for spec, result_file in _orders() if arguments.from_stdin else [(arguments.spec, arguments.result)]:
        status = submission.run(spec, result_file)
        if status != "succeeded":
            # What is left of it in the JVM, if that lives at all, is not the next job's to meet.
            break
    submission.stop()
    return EXIT_CODES[status]


def _orders() -> Iterator[Order]:
    for line in sys.stdin:
        order = json.loads(line)
        yield Path(order["spec"]), Path(order["result"])


def _end_when_told(submission: Submission) -> None:
    """
    SIGTERM cancels the job under way and, as its result then says so, ends the process; between jobs it ends
    at once.
    """

    def cancel() -> None:
        if not submission.cancel():
            os._exit(EXIT_CODES["cancelled"])

    def handle(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=cancel).start()

    signal.signal(signal.SIGTERM, handle)


def _end_with_parent(submission: Submission, parent: int) -> None:
    """
    A killed worker can't stop its job; the job's branch is dropped by the next attempt, its process ends
    here.
    """
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    submission.cancel()
    time.sleep(CANCEL_GRACE_S)
    os._exit(EXIT_CODES["cancelled"])


if __name__ == "__main__":
    sys.exit(main())

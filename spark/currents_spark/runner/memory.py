"""Resident memory of this process and of its JVM."""

from pathlib import Path

from pyspark import SparkContext

PAGE_BYTES = 4096


def resident_mb() -> int:
    """Megabytes of Python and JVM together; 0 where /proc does not exist."""
    gateway = SparkContext._gateway
    pids = ["self"] if gateway is None else ["self", str(gateway.proc.pid)]
    return sum(_resident_bytes(pid) for pid in pids) // 1_000_000


def _resident_bytes(pid: str) -> int:
    statm = Path(f"/proc/{pid}/statm")
    return int(statm.read_text().split()[1]) * PAGE_BYTES if statm.exists() else 0

"""Job states as JSON files, so that a result outlives the driver that made it."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

KEPT_FILES = 500
LOST = {
    "code": "SPARK_DRIVER_LOST",
    "message": "the driver ended before the job did; its branch may hold half of it",
    "tail": "",
}


class JobStore:
    """One file per job id under `folder`; written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for path in self._files():
            self._bury_lost(path)

    def get(self, job_id: str) -> dict[str, Any] | None:
        path = self._path(job_id)
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def put(self, state: dict[str, Any]) -> None:
        self._write(self._path(state["job_id"]), state)
        for path in self._files()[:-KEPT_FILES]:
            path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime)

    def _path(self, job_id: str) -> Path:
        name = quote(job_id, safe="")
        # Longer names than a file system takes are kept apart by a hash of the whole.
        return (
            self._folder
            / f"{name if len(name) <= 150 else name[:100] + hashlib.sha256(job_id.encode()).hexdigest()}.json"
        )

    def _bury_lost(self, path: Path) -> None:
        state = json.loads(path.read_text("utf-8"))
        if state["status"] in ("queued", "running"):
            result = {"job_id": state["job_id"], "status": "failed", "error": LOST}
            self._write(path, {**state, "status": "failed", "result": result})

    def _write(self, path: Path, state: dict[str, Any]) -> None:
        part = path.with_suffix(".part")
        part.write_text(json.dumps(state), "utf-8")
        os.replace(part, path)

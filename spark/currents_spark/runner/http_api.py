"""
The driver's HTTP interface, JSON both ways.

GET /health | POST /jobs (a spec) | GET /jobs/{id} | POST /jobs/{id}/cancel. Ids are percent-encoded in the
path.
"""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from currents_spark.errors import JobError
from currents_spark.runner.job_runner import BusyError, JobRunner
from currents_spark.runner.spec import spec_from_json

LOOPBACK = "127.0.0.1"
BODY_BYTES_MAX = 16_000_000

Answer = tuple[int, dict[str, Any]]


def make_server(port: int, runner: JobRunner, health: Callable[[], dict[str, Any]]) -> ThreadingHTTPServer:
    """A server bound to loopback (0 = any free port), to be run by the caller."""

    class Handler(_Handler):
        pass

    Handler.runner, Handler.health = runner, staticmethod(health)
    return ThreadingHTTPServer((LOOPBACK, port), Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    runner: JobRunner
    health: Callable[[], dict[str, Any]]

    def do_GET(self) -> None:  # noqa: N802 - the base class names it
        path = self.path.split("/")
        if self.path == "/health":
            self._answer((200, self.health()))
        elif len(path) == 3 and path[1] == "jobs":
            self._answer(_found(self.runner.state(unquote(path[2]))))
        else:
            self._answer(_not_found(self.path))

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_BYTES_MAX))
        path = self.path.split("/")
        if self.path == "/jobs":
            self._answer(_submit(self.runner, body))
        elif len(path) == 4 and path[1] == "jobs" and path[3] == "cancel":
            self._answer(_found(self.runner.cancel(unquote(path[2]))))
        else:
            self._answer(_not_found(self.path))

    def _answer(self, answer: Answer) -> None:
        status, document = answer
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """Polling every second would fill the log; failures are in the answers."""


def _submit(runner: JobRunner, body: bytes) -> Answer:
    try:
        document = json.loads(body)
        spec_from_json(document)
        started, state = runner.submit(document)
    except ValueError as invalid:
        return 400, {
            "error": {"code": "SPARK_SPEC_INVALID", "message": f"expected a JSON object, found: {invalid}"}
        }
    except JobError as invalid:
        return 400, {"error": {"code": invalid.code, "message": str(invalid)}}
    except BusyError as busy:
        return 409, busy.running
    return (202 if started else 200), state


def _found(state: dict[str, Any] | None) -> Answer:
    return (
        (200, state)
        if state is not None
        else (404, {"error": {"code": "SPARK_JOB_UNKNOWN", "message": "no job of this id"}})
    )


def _not_found(path: str) -> Answer:
    return 404, {
        "error": {"code": "NOT_FOUND", "message": f"expected /health, /jobs or /jobs/<id>, found {path}"}
    }

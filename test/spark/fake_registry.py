"""A schema registry by Confluent's API, in this process: subjects with versions, and a switch."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeRegistry:
    """`subjects`: by name the ids of its versions, from 1. `requests`: paths asked for."""

    def __init__(self) -> None:
        self.subjects: dict[str, list[int]] = {}
        self.requests: list[str] = []
        self.is_down = False
        self.url = ""

    def answer(self, path: str) -> tuple[int, Any]:
        self.requests.append(path)
        if self.is_down:
            return 503, {"message": "starting"}
        _, _, subject, *rest = path.split("?")[0].split("/")
        ids = self.subjects.get(subject)
        if ids is None:
            return 404, {"error_code": 40401}
        if len(rest) == 1:
            return 200, list(range(1, len(ids) + 1))
        return 200, {"id": ids[int(rest[1]) - 1], "version": int(rest[1])}


@contextmanager
def fake_registry() -> Iterator[FakeRegistry]:
    registry = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = registry.answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    registry.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

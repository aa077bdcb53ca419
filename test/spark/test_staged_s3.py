"""Staged Parquet objects in an object store: read by the lake's own client, as ranges, by Spark's tasks."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nem_lake import NemLake
from nem_messages import scada
from typed_rows import stage_typed

BUCKET = "lake"


class Store(BaseHTTPRequestHandler):
    """Objects of one bucket are the files of `folder`; answers what reading them asks."""

    folder: Path

    def do_HEAD(self) -> None:
        self._answer(200, self._bytes(), with_body=False)

    def do_GET(self) -> None:
        whole = self._bytes()
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if found is None:
            self._answer(200, whole)
            return
        first = int(found[1])
        last = min(int(found[2] or len(whole) - 1), len(whole) - 1)
        self._answer(206, whole[first : last + 1], range=f"bytes {first}-{last}/{len(whole)}")

    def _bytes(self) -> bytes:
        assert "Credential=key-of-test/" in self.headers["Authorization"]
        return (self.folder / self.path.split("?")[0].removeprefix(f"/{BUCKET}/")).read_bytes()

    def _answer(self, status: int, body: bytes, *, with_body: bool = True, range: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"etag"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 03:00:00 GMT")
        if range:
            self.send_header("Content-Range", range)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: failures are in the answers."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-test")
    Store.folder = tmp_path
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_objects_of_the_store_are_read_by_the_client_of_the_lake(
    lake: NemLake, store: str, tmp_path: Path
) -> None:
    lake.catalog["s3_endpoint"] = store
    rows = [scada(f"UNIT{number}", "1.5", line=number) for number in range(1, 400)]
    item = stage_typed(lake.session, tmp_path, "nem_dispatch", rows)
    name = Path(item["uri"]).name
    lake.refine_landing([{**item, "uri": f"s3://{BUCKET}/{name}"}])
    assert lake.values("SELECT count(*), sum(scada_value_mw) FROM lake.nem.bronze_dispatch") == [(399, 598.5)]

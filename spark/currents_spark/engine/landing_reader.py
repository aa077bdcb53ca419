"""
Reads staged objects where Spark's tasks run.

Its functions are sent to the executors by value, so that those need Python and boto3 but nothing of ours:
hence no import of this package here.
"""

import gzip
from collections.abc import Iterable, Iterator
from typing import IO, Any
from urllib.parse import urlparse

CHUNK_BYTES = 1_000_000
FETCH_BYTES = 8_000_000

Staged = tuple[str, str]
Chunk = tuple[str, bytearray]


def read_chunks(staged: Iterable[Staged], store: dict[str, Any]) -> Iterator[Chunk]:
    """
    (topic, bytes) of some megabyte each, cut at line ends, for each (uri, topic). Few large values cross to
    the JVM. `store`: what `object_store.client_options` says.

    Raises what gzip raises for a torn or foreign object; a cut object is never taken for a shorter one.
    """
    for uri, topic in staged:
        with _opened(uri, store) as raw, gzip.GzipFile(fileobj=raw) as lines:
            for chunk in _whole_lines(lines):
                yield topic, bytearray(chunk)


def _whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(CHUNK_BYTES):
        end = block.rfind(b"\n")
        if end < 0:
            rest += block
            continue
        yield rest + block[:end]
        rest = block[end + 1 :]
    if rest:
        yield rest


def _opened(uri: str, store: dict[str, Any]) -> Any:
    parts = urlparse(uri)
    if parts.scheme == "file":
        return open(parts.path, "rb")
    import boto3  # noqa: PLC0415 - only where it is needed, since it takes half a second to load
    from botocore.config import Config  # noqa: PLC0415

    client = boto3.client(
        "s3",
        endpoint_url=store["endpoint_url"],
        region_name=store["region_name"],
        config=Config(s3={"addressing_style": store["addressing_style"]}, retries={"max_attempts": 5}),
    )
    return _fetched(client.get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))["Body"])


def _fetched(body: Any) -> Any:
    """
    The object on local disk: an open connection would wait for the JVM between chunks, and servers close
    such.
    """
    import tempfile  # noqa: PLC0415 - travels with the function

    held = tempfile.TemporaryFile()
    for block in body.iter_chunks(FETCH_BYTES):
        held.write(block)
    held.seek(0)
    return held

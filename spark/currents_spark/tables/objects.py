"""Objects of rows, one JSON object a line, read and written by this process."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3
from botocore.config import Config

from currents_spark.errors import ObjectInvalidError
from currents_spark.runner.object_store import client_options, write_arguments
from currents_spark.runner.spec import CatalogSpec


def read_ndjson(uri: str, catalog: CatalogSpec) -> list[dict[str, Any]]:
    """Rows of `s3://bucket/key` (keys by the AWS default chain) or `file:///path`; blank lines are skipped."""
    lines = _read(uri, catalog).decode("utf-8").split("\n")
    try:
        return [json.loads(line) for line in lines if line.strip()]
    except ValueError as invalid:
        raise ObjectInvalidError(f"{uri}: expected one JSON object a line, found {invalid}") from invalid


def write_text(uri: str, lines: Iterable[str], catalog: CatalogSpec) -> None:
    """
    Writes one object, whole or not at all; `lines` bring their own line ends and pass through local disk.
    """
    parts = urlparse(uri)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as part:
        part.writelines(lines)
        part.flush()
        if parts.scheme == "file":
            Path(parts.path).write_bytes(Path(part.name).read_bytes())
        else:
            _client(catalog).upload_file(
                part.name, parts.netloc, parts.path.lstrip("/"), ExtraArgs=write_arguments(catalog)
            )


def _read(uri: str, catalog: CatalogSpec) -> bytes:
    parts = urlparse(uri)
    if parts.scheme == "file":
        return Path(parts.path).read_bytes()
    return _client(catalog).get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))["Body"].read()


def _client(catalog: CatalogSpec) -> Any:
    options = client_options(catalog)
    style = options.pop("addressing_style")
    return boto3.client(
        "s3",
        **options,
        config=Config(s3={"addressing_style": style}, retries={"max_attempts": 3}),
    )

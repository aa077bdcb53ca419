"""Small objects of rows, one JSON object a line, read by this process."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3
from botocore.config import Config

from currents_spark.errors import ObjectInvalidError
from currents_spark.spec import CatalogSpec


def read_ndjson(uri: str, catalog: CatalogSpec) -> list[dict[str, Any]]:
    """Rows of `s3://bucket/key` (keys from the environment) or `file:///path`; blank lines are skipped."""
    lines = _read(uri, catalog).decode("utf-8").split("\n")
    try:
        return [json.loads(line) for line in lines if line.strip()]
    except ValueError as invalid:
        raise ObjectInvalidError(f"{uri}: expected one JSON object a line, found {invalid}") from invalid


def _read(uri: str, catalog: CatalogSpec) -> bytes:
    parts = urlparse(uri)
    if parts.scheme == "file":
        return Path(parts.path).read_bytes()
    client = boto3.client(
        "s3", endpoint_url=catalog.s3_endpoint, region_name=catalog.s3_region,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}),
    )
    return client.get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))["Body"].read()

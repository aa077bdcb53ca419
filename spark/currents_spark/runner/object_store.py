"""
How this process and its executors reach the object store. Keys are never in a job's specification: the
environment holds them, or what the AWS default chain finds them by.
"""

import os
from typing import Any

from currents_spark.runner.spec import CatalogSpec

_ICEBERG_SSE = {"AES256": "s3", "aws:kms": "kms"}


def file_io_conf(catalog: CatalogSpec) -> dict[str, str]:
    """Properties of Iceberg's S3FileIO; without keys it asks the AWS default chain."""
    conf = {
        ".client.region": catalog.s3_region,
        ".s3.path-style-access": "true" if catalog.s3_path_style else "false",
        **_keys(),
    }
    if catalog.s3_endpoint:
        conf[".s3.endpoint"] = catalog.s3_endpoint
    if catalog.s3_sse:
        conf[".s3.sse.type"] = _ICEBERG_SSE[catalog.s3_sse]
    if catalog.s3_sse_kms_key_id:
        conf[".s3.sse.key"] = catalog.s3_sse_kms_key_id
    return conf


def client_options(catalog: CatalogSpec) -> dict[str, Any]:
    """Where boto3 finds the store. It finds the keys itself, each executor in its own environment."""
    return {
        "endpoint_url": catalog.s3_endpoint or None,
        "region_name": catalog.s3_region,
        "addressing_style": "path" if catalog.s3_path_style else "virtual",
    }


def write_arguments(catalog: CatalogSpec) -> dict[str, str]:
    """What each write of boto3 asks the store for."""
    if not catalog.s3_sse:
        return {}
    key = catalog.s3_sse_kms_key_id
    return {"ServerSideEncryption": catalog.s3_sse, **({"SSEKMSKeyId": key} if key else {})}


def _keys() -> dict[str, str]:
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not key or not secret:
        return {}
    token = os.environ.get("AWS_SESSION_TOKEN")
    return {
        ".s3.access-key-id": key,
        ".s3.secret-access-key": secret,
        **({".s3.session-token": token} if token else {}),
    }

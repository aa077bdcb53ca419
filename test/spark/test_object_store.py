"""How the store is reached, for each setting; requests of boto3 are recorded by a server on loopback."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest

from currents_spark.errors import JobError
from currents_spark.engine.landing_reader import read_chunks
from currents_spark.runner.object_store import client_options, write_arguments
from currents_spark.runner.session import catalog_conf
from currents_spark.runner.spec import CatalogSpec, spec_from_json
from currents_spark.tables.objects import read_ndjson, write_text

OWN = CatalogSpec(
    mode="native",
    warehouse="s3://currents-lake/warehouse",
    uri="http://127.0.0.1:7239/api/v2",
    ref="main",
    s3_endpoint="http://127.0.0.1:7238",
)
AWS = replace(OWN, s3_endpoint="", s3_region="eu-west-1", s3_path_style=False)
KMS = {"s3_sse": "aws:kms", "s3_sse_kms_key_id": "arn:aws:kms:eu-west-1:1:key/k"}


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # The session of the test before would know its credentials still.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def give_keys(monkeypatch: pytest.MonkeyPatch, token: str | None = None) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "currents")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "currents-secret")
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)


def test_the_catalog_of_the_own_store_is_that_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    give_keys(monkeypatch)
    assert catalog_conf(OWN) == {
        "": "org.apache.iceberg.spark.SparkCatalog",
        ".warehouse": "s3://currents-lake/warehouse",
        ".cache-enabled": "true",
        ".type": "nessie",
        ".uri": "http://127.0.0.1:7239/api/v2",
        ".ref": "main",
        ".io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        ".client.region": "us-east-1",
        ".s3.endpoint": "http://127.0.0.1:7238",
        ".s3.path-style-access": "true",
        ".s3.access-key-id": "currents",
        ".s3.secret-access-key": "currents-secret",
    }


def s3_properties(catalog: CatalogSpec) -> dict[str, str]:
    return {key: value for key, value in catalog_conf(catalog).items() if key.startswith((".s3", ".client"))}


def test_a_catalog_on_aws_with_a_role_has_neither_endpoint_nor_keys() -> None:
    assert s3_properties(AWS) == {".client.region": "eu-west-1", ".s3.path-style-access": "false"}


def test_a_catalog_takes_the_session_token_that_belongs_to_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    give_keys(monkeypatch, token="token-example")
    assert s3_properties(AWS)[".s3.session-token"] == "token-example"


@pytest.mark.parametrize(
    ("settings", "properties", "arguments"),
    [
        ({"s3_sse": "AES256"}, {".s3.sse.type": "s3"}, {"ServerSideEncryption": "AES256"}),
        (
            KMS,
            {".s3.sse.type": "kms", ".s3.sse.key": KMS["s3_sse_kms_key_id"]},
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KMS["s3_sse_kms_key_id"]},
        ),
    ],
)
def test_encryption(settings: dict[str, Any], properties: dict[str, str], arguments: dict[str, str]) -> None:
    assert properties.items() <= s3_properties(replace(AWS, **settings)).items()
    assert write_arguments(replace(AWS, **settings)) == arguments


def test_boto3_is_told_the_address_and_no_key() -> None:
    assert client_options(OWN) == {
        "endpoint_url": "http://127.0.0.1:7238",
        "region_name": "us-east-1",
        "addressing_style": "path",
    }
    assert client_options(AWS) == {
        "endpoint_url": None,
        "region_name": "eu-west-1",
        "addressing_style": "virtual",
    }


def spec_with(**catalog: Any) -> dict[str, Any]:
    """A job's document with a catalog on AWS."""
    lake = {
        "mode": "native",
        "warehouse": "s3://b/w",
        "uri": "http://n",
        "ref": "main",
        "s3_region": "eu-west-1",
    }
    return {
        "job_id": "j",
        "run_id": "r",
        "attempt": 1,
        "pipeline": "nem",
        "kind": "list_files",
        "catalog": {**lake, **catalog},
        "kafka": {"bootstrap": "", "ranges": []},
        "params": {},
    }


def test_a_specification_says_how_the_store_is_reached() -> None:
    aws = spec_from_json(spec_with(s3_path_style=False, **KMS)).catalog
    assert (aws.s3_endpoint, aws.s3_region, aws.s3_path_style) == ("", "eu-west-1", False)
    assert (aws.s3_sse, aws.s3_sse_kms_key_id) == (KMS["s3_sse"], KMS["s3_sse_kms_key_id"])
    # What a worker of before sends.
    own = spec_from_json(spec_with(s3_endpoint="http://127.0.0.1:7238")).catalog
    assert (own.s3_endpoint, own.s3_path_style, own.s3_sse) == ("http://127.0.0.1:7238", True, "")


def test_a_specification_with_an_unknown_encryption_is_refused() -> None:
    with pytest.raises(JobError, match="s3_sse: expected one of AES256, aws:kms, found 'KMS'"):
        spec_from_json(spec_with(s3_sse="KMS"))


class Recorder(BaseHTTPRequestHandler):
    requests: list[tuple[str, str, dict[str, str]]] = []

    def do_GET(self) -> None:
        self.answer(b"{}\n")

    def do_PUT(self) -> None:
        # A body in chunks ends with an empty one.
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(b"")

    def answer(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.requests.append((self.command, self.path, headers))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[CatalogSpec]:
    """The store at a name below `localhost`, which not every resolver knows to be this machine."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: look_up(
            "127.0.0.1" if str(host).endswith("localhost") else host, *rest, **more
        ),
    )
    Recorder.requests = []
    server = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield replace(OWN, s3_endpoint=f"http://store.localhost:{server.server_port}", s3_region="eu-west-1")
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_read_carries_the_session_token_and_signs_it(
    store: CatalogSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_keys(monkeypatch, token="token-example")
    read_ndjson("s3://bucket/a/b", store)
    [(method, path, headers)] = Recorder.requests
    assert (method, path) == ("GET", "/bucket/a/b")
    assert headers["x-amz-security-token"] == "token-example"
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert "x-amz-security-token" in signed
    assert "/eu-west-1/s3/aws4_request" in headers["authorization"]


def test_the_reader_of_tasks_carries_the_session_token_too(
    store: CatalogSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_keys(monkeypatch, token="token-example")
    with pytest.raises(OSError, match="gzip"):
        list(read_chunks([("s3://bucket/a/b", "t")], client_options(replace(store, s3_path_style=False))))
    [(_, path, headers)] = Recorder.requests
    assert path == "/a/b"
    assert headers["host"].startswith("bucket.store.localhost:")
    assert headers["x-amz-security-token"] == "token-example"


def test_a_write_asks_for_its_encryption(store: CatalogSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    give_keys(monkeypatch)
    write_text("s3://bucket/a/b", ["{}\n"], replace(store, s3_path_style=False, **KMS))
    [(method, path, headers)] = Recorder.requests
    assert (method, path) == ("PUT", "/a/b")
    assert headers["host"].startswith("bucket.store.localhost:")
    assert headers["x-amz-server-side-encryption"] == "aws:kms"
    assert headers["x-amz-server-side-encryption-aws-kms-key-id"] == KMS["s3_sse_kms_key_id"]
    assert "x-amz-security-token" not in headers


def test_a_profile_gives_the_keys_where_none_are_given(
    store: CatalogSpec, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    credentials = tmp_path / "credentials"
    credentials.write_text(
        "[lake]\naws_access_key_id=of-profile\naws_secret_access_key=x\naws_session_token=token-of-profile\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_PROFILE", "lake")
    read_ndjson("s3://bucket/a/b", store)
    [(_, _, headers)] = Recorder.requests
    assert "Credential=of-profile/" in headers["authorization"]
    assert headers["x-amz-security-token"] == "token-of-profile"

"""The published storage service, on a real S3 server."""

from __future__ import annotations

import uuid
from typing import Any, Dict

import pytest
from boto3.session import Session

from velt_py import VeltConfigurationError, VeltStorageError
from velt_py.services.storage import S3Service

pytestmark = pytest.mark.servers


@pytest.fixture
def config(s3_endpoint: str) -> Dict[str, Any]:
    made = {
        "bucket_name": f"service-{uuid.uuid4().hex[:12]}",
        "region": "us-east-1",
        "endpoint_url": s3_endpoint,
        "access_key_id": "a",
        "secret_access_key": "b",
    }
    client(made).create_bucket(Bucket=made["bucket_name"])
    return made


def client(config: Dict[str, Any]) -> Any:
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return Session().client("s3", region_name=config["region"], endpoint_url=config["endpoint_url"], **keys)


def stored(config: Dict[str, Any]) -> Dict[str, Any]:
    """Content type and bytes by key."""
    s3, bucket = client(config), config["bucket_name"]
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
    found = {key: s3.get_object(Bucket=bucket, Key=key) for key in keys}
    return {key: (answer["ContentType"], answer["Body"].read()) for key, answer in found.items()}


def test_an_uploaded_file_is_at_its_address_until_it_is_deleted(config: Dict[str, Any]) -> None:
    service = S3Service(config)
    url = service.upload_file(b"bytes", "a picture.PNG", "image/png", "KEY", "pictures/")
    address = f"{config['endpoint_url']}/{config['bucket_name']}/"
    assert url.startswith(address + "pictures/KEY/")
    assert url.endswith(".PNG")
    assert stored(config) == {url[len(address) :]: ("image/png", b"bytes")}
    assert service.delete_file(url)
    assert stored(config) == {}
    assert service.delete_file(url)


def test_a_file_can_be_deleted_by_its_key(config: Dict[str, Any]) -> None:
    service = S3Service(config)
    url = service.upload_file(b"bytes", "no-extension")
    assert service.delete_file(url.rpartition("/")[2])
    assert stored(config) == {}


def test_addresses_elsewhere_are_not_touched(config: Dict[str, Any]) -> None:
    service = S3Service(config)
    assert not service.delete_file("https://other.example/file.png")
    assert not service.delete_file(f"{config['endpoint_url']}/another-bucket/file.png")
    assert not service.delete_file("")


def test_a_name_cannot_lead_out_of_its_folder(config: Dict[str, Any]) -> None:
    url = S3Service(config).upload_file(b"bytes", "a.b/../../c", folder_prefix="pictures")
    assert "/../" not in url
    assert url.split("/pictures/")[1].count("/") == 0


def test_a_bucket_that_is_not_there_fails_as_an_upload(config: Dict[str, Any]) -> None:
    with pytest.raises(VeltStorageError) as caught:
        S3Service({**config, "bucket_name": "not-there"}).upload_file(b"bytes", "a.png")
    assert caught.value.code == "S3_UPLOAD_ERROR"


def test_without_a_bucket_the_service_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_S3_BUCKET_NAME", raising=False)
    for config in ({}, {"region": "us-east-1"}):
        with pytest.raises(VeltConfigurationError, match="aws.bucket_name"):
            S3Service(config)

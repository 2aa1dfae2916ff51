"""The published class for single files in a bucket."""

from __future__ import annotations

import re
from typing import Any, Dict

import pytest

from velt_py.exceptions import VeltConfigurationError, VeltStorageError, VeltValidationError
from velt_py.services.storage import S3Service
from velt_py.settings import FileSettings

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def files(bucket_settings: Any) -> FileSettings:
    made: FileSettings = bucket_settings()
    return made


@pytest.fixture
def aws(files: FileSettings) -> Dict[str, Any]:
    names = ("bucket_name", "access_key_id", "secret_access_key", "region", "endpoint_url")
    return {name: getattr(files, name) for name in names}


def content(service: S3Service, url: str) -> Any:
    key = url.split(f"/{service._files.bucket_name}/", 1)[1]
    return service._store._client.get_object(Bucket=service._files.bucket_name, Key=key)


def test_an_upload_answers_the_published_address(aws: Dict[str, Any]) -> None:
    service = S3Service(aws)
    url = service.upload_file(b"bytes", "a b.PNG", "image/png", "KEY", "attachments")
    base = re.escape(f"{aws['endpoint_url']}/{aws['bucket_name']}/")
    assert re.fullmatch(base + f"attachments/KEY/{UUID}\\.png", url)
    assert re.fullmatch(base + UUID, service.upload_file(b"bytes", "noextension"))
    found = content(service, url)
    assert (found["Body"].read(), found["ContentType"]) == (b"bytes", "image/png")


def test_a_delete_takes_address_or_key_and_nothing_outside_of_the_bucket(aws: Dict[str, Any]) -> None:
    service = S3Service({"aws": aws})
    url = service.upload_file(b"x", "a.png", folder_prefix="attachments")
    key = url.rpartition(f"/{aws['bucket_name']}/")[2]
    assert not service.delete_file(url.replace(aws["bucket_name"], "another-bucket"))
    assert not service.delete_file("https://evil.example/" + key)
    assert not service.delete_file("attachments/")
    assert content(service, url)["Body"].read() == b"x"
    assert service.delete_file(url)
    assert service.delete_file(key)
    with pytest.raises(service._store._client.exceptions.NoSuchKey):
        content(service, url)


@pytest.mark.parametrize("config", [{}, {"aws": {}}, {"bucket_name": ""}, {"bucket_nam": "x"}])
def test_a_wrong_configuration_is_named(config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_S3_BUCKET_NAME", raising=False)
    with pytest.raises(VeltConfigurationError) as wrong:
        S3Service(config)
    assert str(wrong.value.field).startswith("aws")


def test_a_folder_never_leads_elsewhere_and_a_failing_bucket_is_an_error_of_ours(aws: Dict[str, Any]) -> None:
    with pytest.raises(VeltValidationError) as refused:
        S3Service(aws).upload_file(b"x", "a", folder_prefix="../other")
    assert refused.value.field == "folder_prefix"
    with pytest.raises(VeltStorageError) as failed:
        S3Service({**aws, "bucket_name": "no-such-bucket"}).upload_file(b"x", "a")
    assert failed.value.code == "S3_UPLOAD_ERROR"
    assert aws["secret_access_key"] not in repr(S3Service(aws))

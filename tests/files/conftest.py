"""The file stores, real ones: a folder, a bucket of an S3 server, and a storage of a Django project."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import pytest

from tests.buckets import bucket
from tests.django import project
from velt_py.sdk import VeltSDK
from velt_py.settings import DatabaseSettings, FileSettings, Settings

Make = Callable[..., FileSettings]


@contextmanager
def storage(location: Path) -> Iterator[str]:
    """An entry of Django's `STORAGES`: files in a folder."""
    project.start()
    from django.test.utils import override_settings

    backend = "django.core.files.storage.FileSystemStorage"
    entry = {"BACKEND": backend, "OPTIONS": {"location": os.fspath(location)}}
    with override_settings(STORAGES={"default": entry, "velt": entry}):
        yield "velt"


@pytest.fixture(params=["folder", "s3", "django"])
def file_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileSettings]:
    """The settings of an empty store, once each kind."""
    base: Dict[str, Any] = {"base_url": "https://app.example/velt"}
    if request.param == "s3":
        yield FileSettings(type="s3", **bucket(request.getfixturevalue("s3_endpoint")), **base)
    elif request.param == "django":
        with storage(tmp_path / "files") as alias:
            yield FileSettings(type="django", storage=alias, **base)
    else:
        yield FileSettings(type="folder", path=os.fspath(tmp_path / "files"), **base)


@pytest.fixture
def bucket_settings(s3_endpoint: str) -> Make:
    """Makes the settings of a fresh bucket."""
    return lambda **more: FileSettings(type="s3", **bucket(s3_endpoint), **more)


@pytest.fixture
def settings(file_settings: FileSettings, tmp_path: Path) -> Settings:
    """A whole configuration: rows in SQLite, bytes in each of the two stores."""
    database = DatabaseSettings(type="sqlite", path=os.fspath(tmp_path / "rows.db"))
    return Settings(database=database, files=file_settings, apiKey="key-1")


@pytest.fixture
def sdk(settings: Settings) -> Iterator[VeltSDK]:
    """A blocking SDK of it."""
    with VeltSDK(settings) as opened:
        yield opened

"""Files in a storage of a Django project, beyond what every file store promises: storages of any make."""

from __future__ import annotations

import io
import logging
import os
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.django import project
from velt_py.config import Settings
from velt_py.exceptions import VeltConfigurationError, VeltStorageError
from velt_py.selfhosting.files.opening import open_file_store
from velt_py.selfhosting.files.plans import ListFiles, OpenFile, PutFile, RemoveFile, SignFile, StatFile
from velt_py.settings import FileSettings

KEY = "attachments/key/0123456789abcdef0123456789abcdef/7-a.png"
FOLDER = "django.core.files.storage.FileSystemStorage"


@contextmanager
def storages(backend: str, **options: Any) -> Iterator[Any]:
    """The file store over one entry of `STORAGES`."""
    project.start()
    from django.test.utils import override_settings

    with override_settings(STORAGES={"velt": {"BACKEND": backend, "OPTIONS": options}}):
        yield open_file_store(Settings(files=FileSettings(type="django", storage="velt")))


def put(content: bytes = b"bytes", key: str = KEY) -> PutFile:
    return PutFile(key, io.BytesIO(content), "a.png", "image/png", 1 << 20)


def content_of(store: Any, key: str = KEY, start: int = 0) -> bytes:
    return b"".join(store.run(OpenFile(key, start)).pieces())


@pytest.mark.parametrize(
    "key", ["../x", "a/../../x", "/etc/passwd", "a//b", "a/.hidden", "a\0b", "", "a/b\\..\\c", "a/"]
)
def test_a_key_never_leaves_the_storage(tmp_path: Path, key: str) -> None:
    with storages(FOLDER, location=os.fspath(tmp_path / "inside")) as store:
        for step in (put(key=key), OpenFile(key), RemoveFile(key), StatFile(key), ListFiles(key + "/../")):
            with pytest.raises(VeltStorageError):
                store.run(step)
    assert list(tmp_path.iterdir()) == []


def test_a_storage_in_memory_works_as_a_folder_does() -> None:
    with storages("django.core.files.storage.InMemoryStorage") as store:
        store.ping()
        assert store.run(ListFiles("attachments/")) == []
        store.run(put(b"first"))
        store.run(put(b"second"))
        assert content_of(store, start=2) == b"cond"
        assert [(facts.key, facts.size) for facts in store.run(ListFiles("attachments/"))] == [(KEY, 6)]
        assert store.run(RemoveFile(KEY)) is True
        assert store.run(OpenFile(KEY)) is None


def test_the_same_upload_again_leaves_the_stored_file_alone(tmp_path: Path) -> None:
    with storages(FOLDER, location=os.fspath(tmp_path)) as store:
        store.run(put())
        written = (tmp_path / KEY).stat()
        store.run(put())
        assert (tmp_path / KEY).stat().st_ino == written.st_ino
        assert (tmp_path / KEY).stat().st_mtime_ns == written.st_mtime_ns


@pytest.mark.parametrize("left", [b"", b"byt", b"bytes and more"], ids=["nothing", "half", "more"])
def test_what_a_broken_upload_left_is_written_anew(tmp_path: Path, left: bytes) -> None:
    (tmp_path / KEY).parent.mkdir(parents=True)
    (tmp_path / KEY).write_bytes(left)
    with storages(FOLDER, location=os.fspath(tmp_path)) as store:
        assert store.run(put()) == 5
        assert content_of(store) == b"bytes"
    assert [path.name for path in (tmp_path / KEY).parent.iterdir()] == ["7-a.png"]


def test_no_address_of_the_storage_is_given_out(tmp_path: Path) -> None:
    with storages(FOLDER, location=os.fspath(tmp_path), base_url="/media/") as store:
        store.run(put())
        assert store.run(SignFile(KEY, 60, "a.png", "image/png")) is None


def test_a_storage_that_overwrites_is_fine_too(tmp_path: Path) -> None:
    with storages("tests.django.storages.Overwriting", location=os.fspath(tmp_path)) as store:
        store.run(put(b"first"))
        store.run(put(b"second"))
        assert content_of(store) == b"second"


def test_a_storage_that_can_neither_seek_nor_list_nor_tell_times_does_what_it_can(tmp_path: Path) -> None:
    with storages("tests.django.storages.Poor", location=os.fspath(tmp_path)) as store:
        store.run(put(b"0123456789"))
        assert content_of(store, start=4) == b"456789"
        assert store.run(StatFile(KEY)).age < 5
        with pytest.raises(VeltStorageError, match="'velt' of STORAGES cannot do this"):
            store.run(ListFiles("attachments/"))


def test_a_storage_that_fails_is_told_by_its_name_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with storages(FOLDER, location=os.fspath(blocked)) as store, caplog.at_level(logging.ERROR, "velt_py"):
        with pytest.raises(VeltStorageError, match="'velt' of STORAGES could not be used") as failed:
            store.run(put())
        assert str(tmp_path) not in str(failed.value) + str(caplog.records[-1].__dict__)
    with storages("tests.django.storages.Failing", location=os.fspath(tmp_path)) as store:
        for step in (put(), OpenFile(KEY), StatFile(KEY), RemoveFile(KEY), ListFiles("attachments/")):
            with pytest.raises(VeltStorageError, match="could not be used") as failed:
                store.run(step)
            assert "secret" not in str(failed.value)


@pytest.mark.parametrize("backend", [None, "no.such.Storage"], ids=["no entry", "no class"])
def test_a_storage_that_is_not_there_names_the_setting(backend: Any) -> None:
    project.start()
    from django.test.utils import override_settings

    store = open_file_store(Settings(files=FileSettings(type="django", storage=f"x{uuid.uuid4().hex}")))
    with override_settings(STORAGES={} if backend is None else {store._alias: {"BACKEND": backend}}):
        with pytest.raises(VeltConfigurationError) as refused:
            store.ping()
        assert refused.value.field == "files.storage"

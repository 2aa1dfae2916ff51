"""What every file store promises, over a folder and over S3, from blocking and from async code."""

from __future__ import annotations

import errno
import io
import logging
import os
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, List

import pytest

from velt_py.config import Settings
from velt_py.exceptions import VeltConfigurationError, VeltStorageError, VeltValidationError
from velt_py.selfhosting.files.base import AsyncFileStore, FileStore
from velt_py.selfhosting.files.folder import FolderStore
from velt_py.selfhosting.files.opening import open_file_store
from velt_py.selfhosting.files.plans import (
    ClearLeftovers,
    ListFiles,
    OpenFile,
    PutFile,
    ReadUpload,
    RemoveFile,
    SignFile,
    StatFile,
)
from velt_py.selfhosting.files.s3 import S3Store
from velt_py.settings import FileSettings

KEY = "attachments/key/0123456789abcdef0123456789abcdef/7-a.png"
MEGABYTE = 1024 * 1024


@pytest.fixture
def store(file_settings: FileSettings) -> Any:
    opened = open_file_store(Settings(files=file_settings))
    yield opened
    opened.close()


def put(
    content: bytes = b"bytes", key: str = KEY, max_bytes: int = 64 * MEGABYTE, stream: Any = None
) -> PutFile:
    return PutFile(key, stream or io.BytesIO(content), "a.png", "image/png", max_bytes)


def content_of(store: FileStore, key: str = KEY) -> bytes:
    found = store.run(OpenFile(key))
    assert found is not None
    return b"".join(found.pieces())


class OneWay(io.RawIOBase):
    """A stream that cannot go back, as a socket; fails after `good` bytes when told to."""

    def __init__(self, content: bytes, good: int = 1 << 40) -> None:
        self._inner = io.BytesIO(content)
        self._good = good

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._inner.tell() >= self._good:
            raise ConnectionResetError("peer gone")
        return self._inner.read(min(size, 100_000) if size >= 0 else size)


def test_what_was_put_is_read_back_with_its_size(store: FileStore) -> None:
    assert store.run(put(b"hello")) == 5
    found = store.run(OpenFile(KEY))
    assert found.size == 5
    with found.stream:
        assert found.stream.read() == b"hello"


@pytest.mark.parametrize("size", [0, 1, 5 * MEGABYTE - 1, 5 * MEGABYTE, 11 * MEGABYTE + 3])
def test_files_of_every_size_come_back_unchanged(store: FileStore, size: int) -> None:
    content = os.urandom(size)
    assert store.run(put(content)) == size
    assert content_of(store) == content


def test_a_second_put_replaces_the_first(store: FileStore) -> None:
    store.run(put(b"first, and longer"))
    store.run(put(b"second"))
    assert content_of(store) == b"second"
    assert [facts.key for facts in store.run(ListFiles("attachments/"))] == [KEY]


def test_an_upload_starts_where_its_stream_stands(store: FileStore) -> None:
    stream = io.BytesIO(b"header|content")
    stream.seek(7)
    store.run(put(stream=stream))
    assert content_of(store) == b"content"
    assert not stream.closed


def test_a_stream_that_cannot_go_back_is_stored_too(store: FileStore) -> None:
    content = os.urandom(6 * MEGABYTE)
    assert store.run(put(stream=OneWay(content))) == len(content)
    assert content_of(store) == content


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 3, b"012"),
        (2, None, b"23456789"),
        (9, 10, b"9"),
        (4, 100, b"456789"),
        (5, 5, b""),
        (10, None, b""),
        (50, 60, b""),
    ],
)
def test_a_range_is_read_and_the_whole_size_told(
    store: FileStore, start: int, end: Any, expected: bytes
) -> None:
    store.run(put(b"0123456789"))
    found = store.run(OpenFile(KEY, start, end))
    assert found.size == 10
    assert b"".join(found.pieces()) == expected


def test_what_is_not_there_is_none_and_removing_it_says_so(store: FileStore) -> None:
    assert store.run(OpenFile(KEY)) is None
    assert store.run(StatFile(KEY)) is None
    assert store.run(RemoveFile(KEY)) is False
    assert store.run(ListFiles("attachments/")) == []


def test_a_removed_file_is_gone_and_its_neighbour_stays(store: FileStore) -> None:
    other = KEY.replace("7-a", "8-a")
    store.run(put())
    store.run(put(key=other))
    assert store.run(RemoveFile(KEY)) is True
    assert store.run(OpenFile(KEY)) is None
    assert content_of(store, other) == b"bytes"


def test_a_listing_holds_key_size_and_age_of_what_is_below_the_prefix_only(store: FileStore) -> None:
    store.run(put(b"12345"))
    store.run(put(key="attachments/key/ffff/1-b.png"))
    (facts,) = store.run(ListFiles(KEY.rpartition("/")[0] + "/"))
    assert (facts.key, facts.size) == (KEY, 5)
    assert -2 <= facts.age < 60
    assert store.run(StatFile(KEY)).size == 5


@pytest.mark.parametrize("size", [101, 12 * MEGABYTE])
@pytest.mark.parametrize("one_way", [False, True])
def test_a_file_that_is_too_large_is_refused_and_nothing_of_it_is_left(
    store: FileStore, size: int, one_way: bool
) -> None:
    content = bytes(size)
    stream: Any = OneWay(content) if one_way else io.BytesIO(content)
    with pytest.raises(VeltValidationError) as refused:
        store.run(put(stream=stream, max_bytes=min(100, size - 1) if size < MEGABYTE else 7 * MEGABYTE))
    assert (refused.value.statusCode, refused.value.field) == (413, "file")
    assert store.run(OpenFile(KEY)) is None
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 0


def test_a_file_of_exactly_the_limit_is_stored(store: FileStore) -> None:
    assert store.run(put(bytes(100), max_bytes=100)) == 100
    assert store.run(put(stream=OneWay(bytes(100)), max_bytes=100)) == 100


@pytest.mark.parametrize("good", [0, 100_000, 6 * MEGABYTE])
def test_a_stream_that_fails_midway_leaves_the_old_file_and_nothing_else(store: FileStore, good: int) -> None:
    store.run(put(b"old"))
    with pytest.raises(VeltValidationError, match="stream failed"):
        store.run(put(stream=OneWay(bytes(8 * MEGABYTE), good)))
    assert content_of(store) == b"old"
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 0


class Unreliable(io.BytesIO):
    """A file that can go back and fails, or ends early, behind `good` bytes."""

    def __init__(self, size: int, good: int, ends: bool) -> None:
        super().__init__(bytes(size))
        self._good = good
        self._ends = ends

    def read(self, size: Any = -1) -> bytes:
        if self.tell() >= self._good:
            if self._ends:
                return b""
            raise OSError("bad sector")
        return super().read(min(65536, self._good - self.tell()))


@pytest.mark.parametrize(("size", "good"), [(1000, 500), (8 * MEGABYTE, 0), (8 * MEGABYTE, 6 * MEGABYTE)])
@pytest.mark.parametrize("file_settings", ["s3"], indirect=True)
@pytest.mark.parametrize("ends", [False, True], ids=["fails", "ends early"])
def test_a_file_that_fails_while_it_is_sent_is_told_as_that_and_leaves_the_old_one(
    store: FileStore, size: int, good: int, ends: bool
) -> None:
    store.run(put(b"old"))
    with pytest.raises(VeltValidationError, match="stream failed"):
        store.run(put(stream=Unreliable(size, good, ends)))
    assert content_of(store) == b"old"
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 0


def test_a_text_stream_is_refused_with_what_to_do(store: FileStore) -> None:
    text: Any = io.StringIO("text")
    with pytest.raises(VeltValidationError, match="binary mode"):
        store.run(put(stream=text))


def test_an_upload_is_read_once_before_anything_is_stored(store: FileStore) -> None:
    first = store.run(ReadUpload(io.BytesIO(b"same"), 10))
    second = store.run(ReadUpload(OneWay(b"same"), 10))
    assert (first.size, first.digest) == (second.size, second.digest) == (4, first.digest)
    assert first.rewind().read() == second.rewind().read() == b"same"
    second.close()
    with pytest.raises(VeltValidationError):
        store.run(ReadUpload(io.BytesIO(bytes(11)), 10))


def test_concurrent_puts_of_one_key_leave_one_of_them_whole(store: FileStore) -> None:
    contents = [bytes([number]) * (6 * MEGABYTE) for number in range(4)]
    with ThreadPoolExecutor(len(contents)) as threads:
        sizes = list(threads.map(lambda content: store.run(put(content)), contents))
    assert sizes == [6 * MEGABYTE] * len(contents)
    assert content_of(store) in contents
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 0


def test_a_store_that_works_answers_a_ping(store: FileStore) -> None:
    store.ping()


async def test_async_code_gets_the_same_through_threads(file_settings: FileSettings) -> None:
    store = AsyncFileStore(open_file_store(Settings(files=file_settings)))
    content = os.urandom(MEGABYTE)
    assert await store.run(put(content)) == MEGABYTE
    found = await store.run(OpenFile(KEY, 10, 700_000))
    assert b"".join([piece async for piece in store.pieces(found)]) == content[10:700_000]
    assert found.stream.closed
    with pytest.raises(VeltValidationError):
        await store.run(put(bytes(11), max_bytes=10))
    assert await store.run(RemoveFile(KEY)) is True
    await store.ping()
    await store.close()


def test_without_a_file_store_the_error_names_the_setting() -> None:
    with pytest.raises(VeltConfigurationError) as missing:
        open_file_store(Settings())
    assert missing.value.field == "files"


# A folder


@pytest.mark.parametrize(
    "key", ["../x", "a/../../x", "/etc/passwd", "a//b", "a/.hidden", "a\0b", "", "a/b\\..\\c", "a/"]
)
def test_a_key_never_leaves_the_folder(tmp_path: Path, key: str) -> None:
    store = FolderStore(os.fspath(tmp_path / "inside"))
    for step in (put(key=key), OpenFile(key), RemoveFile(key), StatFile(key)):
        with pytest.raises(VeltStorageError):
            store.run(step)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_crashed_write_are_no_files_and_are_cleared_when_old(tmp_path: Path) -> None:
    store = FolderStore(os.fspath(tmp_path))
    store.run(put())
    unfinished = (tmp_path / KEY).parent / ".velt-upload-abc"
    unfinished.write_bytes(b"half")
    assert len(store.run(ListFiles("attachments/"))) == 1
    assert store.run(ClearLeftovers("attachments/", 3600, apply=True)) == 0
    os.utime(unfinished, (1, 1))
    assert store.run(ClearLeftovers("attachments/", 3600, apply=False)) == 1
    assert unfinished.exists()
    assert store.run(ClearLeftovers("attachments/", 3600, apply=True)) == 1
    assert not unfinished.exists()
    assert content_of(store) == b"bytes"


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "full"), (errno.EACCES, "right to read and write"), (errno.EIO, "folder")],
)
def test_a_failing_disk_is_told_with_what_to_do_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int, hint: str
) -> None:
    store = FolderStore(os.fspath(tmp_path))
    store.run(put(b"old"))

    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number), "/secret/path")

    monkeypatch.setattr(os, "fsync", fail)
    with caplog.at_level(logging.ERROR, "velt_py"), pytest.raises(VeltStorageError, match=hint) as failed:
        store.run(put(b"new"))
    monkeypatch.undo()
    assert os.strerror(number) not in str(failed.value)
    record: Any = caplog.records[-1]
    assert (record.message, record.velt_reason) == ("velt.files.failed", os.strerror(number))
    assert record.velt_correlation == failed.value.correlation
    assert content_of(store) == b"old"
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 0


def test_a_full_disk_is_reported_by_the_real_system(tmp_path: Path) -> None:
    # /dev/full answers every write with ENOSPC.
    from velt_py.selfhosting.files.folder import write_all

    store = FolderStore(os.fspath(tmp_path))
    with pytest.raises(VeltStorageError, match="disk of `files.path` is full"), store._system():  # noqa: SIM117
        with open("/dev/full", "wb", buffering=0) as full:
            write_all(full, b"x")


def test_a_folder_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = FolderStore(os.fspath(tmp_path / "file" / "below"))
    with pytest.raises(VeltStorageError, match="is a file"):
        store.run(put())
    with pytest.raises(VeltStorageError, match="is a file"):
        store.ping()


# S3


def fetched(url: str) -> tuple[bytes, Any]:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read(), response.headers


def test_a_signed_url_fetches_the_file_with_its_name_and_type(bucket_settings: Any) -> None:
    store = S3Store(bucket_settings())
    store.run(put(b"signed"))
    url = store.run(SignFile(KEY, 60, "Bericht ä.html", "text/html"))
    content, headers = fetched(url)
    assert content == b"signed"
    assert headers["Content-Type"] == "text/html"
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Bericht%20%C3%A4.html" in headers["Content-Disposition"]
    assert "X-Amz-Expires=60" in url


def test_an_object_carries_type_and_disposition(bucket_settings: Any) -> None:
    store = S3Store(bucket_settings())
    store.run(put(b"image"))
    store.run(PutFile(KEY + "x", io.BytesIO(b"<svg/>"), "a.svg", "image/svg+xml", 100))
    shown = store._client.head_object(Bucket=store._bucket, Key=KEY)
    kept = store._client.head_object(Bucket=store._bucket, Key=KEY + "x")
    assert shown["ContentType"] == "image/png"
    assert shown["ContentDisposition"].startswith("inline;")
    assert kept["ContentDisposition"].startswith("attachment;")


def test_an_aborted_multipart_upload_is_a_leftover_that_is_cleared(bucket_settings: Any) -> None:
    store = S3Store(bucket_settings())
    store._client.create_multipart_upload(Bucket=store._bucket, Key=KEY)
    assert store.run(ListFiles("attachments/")) == []
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 1
    assert store.run(ClearLeftovers("attachments/", -1000, apply=True)) == 1
    assert store.run(ClearLeftovers("attachments/", -1000, apply=False)) == 0


def test_a_missing_bucket_and_an_unreachable_store_are_told_with_what_to_do(
    bucket_settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    import dataclasses

    settings = bucket_settings()
    with pytest.raises(VeltStorageError, match=r"aws\.bucket_name") as missing:
        S3Store(dataclasses.replace(settings, bucket_name="no-such-bucket-here")).run(put())
    assert missing.value.code == "S3_UPLOAD_ERROR"
    assert "An error occurred" not in str(missing.value)
    with pytest.raises(VeltStorageError, match=r"cannot be reached.*aws\.endpoint_url"):
        S3Store(dataclasses.replace(settings, endpoint_url="http://127.0.0.1:9")).ping()
    assert "testing" not in caplog.text


def test_without_keys_boto3_looks_for_credentials_itself(
    bucket_settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "from-the-environment")
    store = S3Store(dataclasses.replace(bucket_settings(), access_key_id=None, secret_access_key=None))
    store.run(put())
    assert content_of(store) == b"bytes"
    assert "from-the-environment" in store.run(SignFile(KEY, 60, "a", "image/png"))


def streams(count: int) -> List[BinaryIO]:
    return [io.BytesIO(bytes([number])) for number in range(count)]


def test_one_store_serves_many_threads(bucket_settings: Any) -> None:
    store = S3Store(bucket_settings())
    failures: List[BaseException] = []

    def work(number: int, stream: BinaryIO) -> None:
        try:
            store.run(put(key=f"attachments/{number}", stream=stream))
            assert content_of(store, f"attachments/{number}") == bytes([number])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(streams(12))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []

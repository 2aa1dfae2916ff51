"""Files in a storage of a Django project: whatever its `STORAGES` names, a folder, a bucket or a store of its own."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from typing import Any, BinaryIO, Generator, Iterator, List, Optional, Tuple, cast

import django.core.files.storage
from django.core.exceptions import ImproperlyConfigured
from django.core.files import File
from django.core.files.storage import InvalidStorageError

from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltStorageError
from velt_py.selfhosting.files.base import FileStore, StoredFile, storage_failure
from velt_py.selfhosting.files.folder import Part
from velt_py.selfhosting.files.intake import PIECE, Intake, pieces_of, read_piece, read_upload
from velt_py.selfhosting.files.keys import key_parts
from velt_py.selfhosting.files.plans import (
    ClearLeftovers,
    FileFacts,
    ListFiles,
    OpenFile,
    PutFile,
    RemoveFile,
    SignFile,
    StatFile,
)

__all__ = ["DjangoFileStore"]

storages: Any = getattr(django.core.files.storage, "storages")  # noqa: B009
"""Django has no types of its own."""

ATTEMPTS = 10
ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


class DjangoFileStore(FileStore):
    """Files in one storage, one per key.

    A storage cannot replace a file in one step. It does not have to: bytes under a key of ours never change, so a file
    that is there already is either the same one, or what a broken upload left and is written anew.

    Args:
        alias: the entry of `STORAGES`.
    """

    def __init__(self, alias: str = "default") -> None:
        self._alias = alias

    @contextmanager
    def _storage(self) -> Generator[Any, None, None]:
        """The storage; its errors leave as ours."""
        try:
            storage = storages[self._alias]
        except (InvalidStorageError, ImproperlyConfigured):
            raise VeltConfigurationError(
                f"STORAGES has no entry {self._alias!r} that can be used; correct it or `files.storage`",
                field="files.storage",
            ) from None
        try:
            yield storage
        except VeltSDKError:
            raise
        except NotImplementedError as error:
            problem = f"the storage {self._alias!r} of STORAGES cannot do this; use another one"
            raise storage_failure(error, problem) from None
        except Exception as error:  # noqa: BLE001 - a storage may be anybody's, with errors of its own
            problem = f"the storage {self._alias!r} of STORAGES could not be used"
            # The text may hold a path or an address; that of the operating system does not.
            raise storage_failure(error, problem, reason=getattr(error, "strerror", None) or "") from None

    def put(self, step: PutFile) -> int:
        key_parts(step.key)
        # Read to its end first: a stream that breaks must not leave half a file.
        upload = read_upload(step.content, step.max_bytes)
        try:
            with self._storage() as storage:
                for _ in range(ATTEMPTS):
                    if self._save(storage, step.key, upload) or self._holds(storage, step.key, upload):
                        return upload.size
                    storage.delete(step.key)
        finally:
            upload.close()
        raise VeltStorageError("others keep writing this file; try again", field="key")

    def _save(self, storage: Any, key: str, upload: Intake) -> bool:
        """Store the bytes if nothing is there yet; False when something is."""
        if storage.exists(key):
            return False
        try:
            name = str(storage.save(key, as_file(upload)))
        except FileNotFoundError:
            # Another upload took the file away before the storage had set its permissions.
            return False
        if name.replace("\\", "/") != key:
            # Another upload came first, and the storage has found another name for this one.
            storage.delete(name)
            return False
        return True

    def _holds(self, storage: Any, key: str, upload: Intake) -> bool:
        """Whether just these bytes are stored there."""
        try:
            stored = storage.open(key, "rb")
        except ABSENT:
            return False
        with stored:
            for piece in pieces_of(upload.rewind(), upload.size):
                if read_fully(stored, len(piece)) != piece:
                    return False
            return not stored.read(1)

    def open(self, step: OpenFile) -> Optional[StoredFile]:
        key_parts(step.key)
        with self._storage() as storage:
            try:
                stored = storage.open(step.key, "rb")
            except ABSENT:
                return None
            try:
                size = int(stored.size)
                skip(stored, min(step.start, size))
            except BaseException:
                stored.close()
                raise
        end = size if step.end is None else min(step.end, size)
        left = max(0, end - step.start)
        return StoredFile(io.BufferedReader(Part(cast(BinaryIO, stored), left), min(left, PIECE) or 1), size)

    def stat(self, step: StatFile) -> Optional[FileFacts]:
        key_parts(step.key)
        with self._storage() as storage:
            return facts_of(storage, step.key)

    def sign(self, step: SignFile) -> Optional[str]:
        # The storage's own address says nothing of name and type, so a page could run as one of the application's.
        return None

    def remove(self, step: RemoveFile) -> bool:
        key_parts(step.key)
        with self._storage() as storage:
            there = bool(storage.exists(step.key))
            if there:
                storage.delete(step.key)
        return there

    def list(self, step: ListFiles) -> List[FileFacts]:
        prefix = step.prefix.rstrip("/")
        key_parts(prefix)
        with self._storage() as storage:
            found = (facts_of(storage, key) for key in sorted(keys_below(storage, prefix)))
            return [facts for facts in found if facts is not None]

    def clear_leftovers(self, step: ClearLeftovers) -> int:
        """None to be found: half a file lies under its key, where the next upload or the reconciling finds it."""
        return 0

    def ping(self) -> None:
        with self._storage() as storage:
            storage.exists("attachments/ping")


class Window(io.RawIOBase):
    """An upload from its first byte on: storages go back to byte 0, and the upload may start further on.

    Args:
        upload: the upload; its stream stays open.
    """

    def __init__(self, upload: Intake) -> None:
        super().__init__()
        self._content = upload.rewind()
        self._start = upload.start
        self._size = upload.size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._content.tell() - self._start

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._size}[whence]
        self._content.seek(self._start + max(0, base + offset))
        return self.tell()

    def readinto(self, buffer: Any) -> int:
        piece = read_piece(self._content, len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def as_file(upload: Intake) -> Any:
    """The upload as Django has files."""
    content: Any = File(cast(Any, io.BufferedReader(Window(upload), PIECE)), name="upload")
    content.size = upload.size
    return content


def facts_of(storage: Any, key: str) -> Optional[FileFacts]:
    """What the storage says of a file. One that does not know when a file was written makes all look new."""
    try:
        if not storage.exists(key):
            return None
        size = int(storage.size(key))
    except ABSENT:
        return None
    try:
        written = storage.get_modified_time(key).timestamp()
    except ABSENT:
        return None
    except NotImplementedError:
        written = time.time()
    return FileFacts(key, size, time.time() - written)


def keys_below(storage: Any, folder: str) -> Iterator[str]:
    """The keys of the files below a folder."""
    folders = [folder]
    while folders:
        current = folders.pop()
        try:
            names: Tuple[List[str], List[str]] = storage.listdir(current)
        except ABSENT:
            continue
        folders += [f"{current}/{name}" for name in names[0]]
        for name in names[1]:
            yield f"{current}/{name}"


def skip(stored: Any, start: int) -> None:
    """Go to a byte; read up to it where a storage cannot seek."""
    if not start:
        return
    seekable = getattr(stored, "seekable", None)
    if seekable is None or seekable():
        stored.seek(start)
        return
    while start > 0:
        piece = stored.read(min(PIECE, start))
        if not piece:
            return
        start -= len(piece)


def read_fully(stored: Any, size: int) -> bytes:
    """The next bytes, fewer only at the end."""
    found = b""
    while len(found) < size:
        piece = stored.read(size - len(found))
        if not piece:
            break
        found += piece
    return found

"""Files in a folder of this machine."""

from __future__ import annotations

import errno
import io
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Generator, Iterator, List, Optional, Tuple

from velt_py.selfhosting.files.base import FileStore, StoredFile, storage_failure
from velt_py.selfhosting.files.intake import pieces_of
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

__all__ = ["FolderStore"]

UNFINISHED = ".velt-upload-"
"""What the names of files that are still being written start with; no key may start with a dot."""

HINTS = {
    errno.ENOSPC: "the disk of `files.path` is full; make room on it",
    errno.EDQUOT: "the disk quota of `files.path` is used up; make room or raise it",
    errno.EACCES: "`files.path` may not be used; give this process the right to read and write it",
    errno.EPERM: "`files.path` may not be used; give this process the right to read and write it",
    errno.EROFS: "`files.path` lies on a disk that is read-only; choose another one",
    errno.ENOTDIR: "a part of `files.path` is a file; choose another folder",
    errno.EEXIST: "a part of `files.path` is a file; choose another folder",
    errno.EMFILE: "this process has too many files open; raise its limit",
    errno.ENFILE: "this machine has too many files open; raise its limit",
}


class FolderStore(FileStore):
    """Files below one folder, one per key. A file is written beside its place, synced and moved there: a reader sees
    the old bytes or the new ones, a crash leaves one of them.

    Args:
        path: the folder; made at the first file.
    """

    def __init__(self, path: str) -> None:
        self._root = os.path.abspath(path)

    def _place(self, key: str) -> str:
        return os.path.join(self._root, *key_parts(key))

    @contextmanager
    def _system(self) -> Generator[None, None, None]:
        """The operating system's errors leave as ours."""
        try:
            yield
        except OSError as error:
            problem = HINTS.get(error.errno or 0, "the folder of the files could not be used")
            # The text without the path, which `str(error)` would add.
            raise storage_failure(error, problem, reason=error.strerror or "") from None

    def put(self, step: PutFile) -> int:
        place = self._place(step.key)
        folder = os.path.dirname(place)
        with self._system():
            self._make(folder)
            descriptor, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
            try:
                with open(descriptor, "wb", buffering=0) as target:
                    size = 0
                    for piece in pieces_of(step.content, step.max_bytes):
                        write_all(target, piece)
                        size += len(piece)
                    os.fsync(target.fileno())
                os.replace(unfinished, place)
            except BaseException:
                with suppress(OSError):
                    os.remove(unfinished)
                raise
            sync_folder(folder)
        return size

    def _make(self, folder: str) -> None:
        """Make a folder and sync those that hold a new name."""
        missing: List[str] = []
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for each in reversed(missing):
            os.makedirs(each, mode=0o700, exist_ok=True)
            sync_folder(os.path.dirname(each))

    def open(self, step: OpenFile) -> Optional[StoredFile]:
        place = self._place(step.key)
        with self._system():
            try:
                stream = open(place, "rb")  # noqa: SIM115 - closed by whoever asked for it
            except (FileNotFoundError, IsADirectoryError):
                return None
            size = os.fstat(stream.fileno()).st_size
            stream.seek(min(step.start, size))
        if step.end is None or step.end >= size:
            return StoredFile(stream, size)
        left = max(0, step.end - step.start)
        return StoredFile(io.BufferedReader(Part(stream, left), min(left, 65536) or 1), size)

    def stat(self, step: StatFile) -> Optional[FileFacts]:
        with self._system():
            try:
                found = os.stat(self._place(step.key))
            except (FileNotFoundError, NotADirectoryError):
                return None
        return FileFacts(step.key, found.st_size, time.time() - found.st_mtime)

    def sign(self, step: SignFile) -> Optional[str]:
        return None

    def remove(self, step: RemoveFile) -> bool:
        place = self._place(step.key)
        with self._system():
            try:
                os.remove(place)
            except (FileNotFoundError, NotADirectoryError):
                return False
            sync_folder(os.path.dirname(place))
        return True

    def list(self, step: ListFiles) -> List[FileFacts]:
        now = time.time()
        return [
            FileFacts(
                os.path.relpath(entry.path, self._root).replace(os.sep, "/"),
                facts.st_size,
                now - facts.st_mtime,
            )
            for entry, facts in self._below(step.prefix)
            if not entry.name.startswith(UNFINISHED)
        ]

    def clear_leftovers(self, step: ClearLeftovers) -> int:
        now = time.time()
        old = [
            entry.path
            for entry, facts in self._below(step.prefix)
            if entry.name.startswith(UNFINISHED) and now - facts.st_mtime > step.seconds
        ]
        if step.apply:
            with self._system():
                for path in old:
                    with suppress(FileNotFoundError):
                        os.remove(path)
        return len(old)

    def _below(self, prefix: str) -> Iterator[Tuple[os.DirEntry[str], os.stat_result]]:
        """The files below a prefix; one that vanishes meanwhile is no file."""
        folders = [self._place(prefix.rstrip("/"))]
        with self._system():
            while folders:
                try:
                    entries = sorted(os.scandir(folders.pop()), key=lambda entry: entry.name)
                except (FileNotFoundError, NotADirectoryError):
                    continue
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                        continue
                    try:
                        facts = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    yield entry, facts

    def ping(self) -> None:
        with self._system():
            self._make(self._root)
            with tempfile.TemporaryFile(dir=self._root):
                pass


class Part(io.RawIOBase):
    """The next `left` bytes of a stream, which it owns."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(min(len(buffer), self._left))
        self._left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def write_all(target: BinaryIO, piece: bytes) -> None:
    """An unbuffered write may take a part only, for example when the disk is nearly full."""
    left = memoryview(piece)
    while left:
        left = left[target.write(left) :]


def sync_folder(folder: str) -> None:
    """Make a new or removed name survive a power failure, where the system can (Windows cannot)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

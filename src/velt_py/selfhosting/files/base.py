"""What a file store is, and how a library's error becomes ours."""

from __future__ import annotations

import functools
import logging
import uuid
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, AsyncIterator, BinaryIO, Iterator, List, Optional

from velt_py.exceptions import VeltStorageError
from velt_py.selfhosting.files.intake import PIECE, read_upload
from velt_py.selfhosting.files.plans import (
    ClearLeftovers,
    FileFacts,
    FileStep,
    ListFiles,
    OpenFile,
    PutFile,
    ReadUpload,
    RemoveFile,
    SignFile,
    StatFile,
)

__all__ = ["AsyncFileStore", "FileStore", "StoredFile", "storage_failure"]

logger = logging.getLogger("velt_py.selfhosting.files")


@dataclass(frozen=True)
class StoredFile:
    """An open file.

    Args:
        stream: its bytes, from the asked start to the asked end; to be closed by who opened it.
        size: the whole file's size in bytes.
    """

    stream: BinaryIO = field(repr=False)
    size: int

    def pieces(self) -> Iterator[bytes]:
        """The bytes in pieces, for code that blocks; closes the stream at the end."""
        with self.stream:
            while True:
                piece = self.stream.read(PIECE)
                if not piece:
                    return
                yield piece


class FileStore(ABC):
    """A place for bytes. Every method raises `VeltStorageError` and no error of a library; an upload that cannot be
    read or is too large raises `VeltValidationError`. Nothing is opened before the first step.
    """

    def run(self, step: FileStep) -> Any:
        """Carry out any file step; see the steps for what they answer."""
        if isinstance(step, ReadUpload):
            return read_upload(step.content, step.max_bytes)
        if isinstance(step, PutFile):
            return self.put(step)
        if isinstance(step, OpenFile):
            return self.open(step)
        if isinstance(step, StatFile):
            return self.stat(step)
        if isinstance(step, SignFile):
            return self.sign(step)
        if isinstance(step, ListFiles):
            return self.list(step)
        if isinstance(step, ClearLeftovers):
            return self.clear_leftovers(step)
        return self.remove(step)

    @abstractmethod
    def put(self, step: PutFile) -> int: ...
    @abstractmethod
    def open(self, step: OpenFile) -> Optional[StoredFile]: ...
    @abstractmethod
    def stat(self, step: StatFile) -> Optional[FileFacts]: ...
    @abstractmethod
    def sign(self, step: SignFile) -> Optional[str]: ...
    @abstractmethod
    def remove(self, step: RemoveFile) -> bool: ...
    @abstractmethod
    def list(self, step: ListFiles) -> List[FileFacts]: ...
    @abstractmethod
    def clear_leftovers(self, step: ClearLeftovers) -> int: ...
    @abstractmethod
    def ping(self) -> None:
        """Return when the store can be used, raise `VeltStorageError` when not."""

    def close(self) -> None:  # noqa: B027 - most stores hold nothing open
        """Give back what this store holds open."""


class AsyncFileStore:
    """A file store for the async SDK: files are read and written in threads of its own, never in the event loop.

    Args:
        store: the blocking store; closed together with this one.
        threads: how many steps run at the same time.
    """

    def __init__(self, store: FileStore, threads: int = 4) -> None:
        self.store = store
        self._threads = threads
        self._executor: Optional[ThreadPoolExecutor] = None

    async def run(self, step: FileStep) -> Any:
        """Carry out any file step; see the steps for what they answer."""
        return await self.in_thread(self.store.run, step)

    async def ping(self) -> None:
        """Return when the store can be used, raise `VeltStorageError` when not."""
        await self.in_thread(self.store.ping)

    async def pieces(self, stored: StoredFile) -> AsyncIterator[bytes]:
        """The bytes of an open file in pieces; closes its stream at the end."""
        try:
            while True:
                piece: bytes = await self.in_thread(stored.stream.read, PIECE)
                if not piece:
                    return
                yield piece
        finally:
            stored.stream.close()

    async def in_thread(self, work: Any, *args: Any) -> Any:
        """Run something that blocks beside the event loop."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="velt-files")
        import asyncio  # code that blocks does not pay for it

        return await asyncio.get_running_loop().run_in_executor(
            self._executor, functools.partial(work, *args)
        )

    async def close(self) -> None:
        await self.in_thread(self.store.close)
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None


def storage_failure(
    cause: BaseException, problem: str, *, reason: str = "", code: Optional[str] = None
) -> VeltStorageError:
    """The error to raise `from None` for a library's one, after it was logged under an id that the answer carries.

    Args:
        cause: the library's error; its class is logged.
        problem: what to tell the caller, with what to do where that is known.
        reason: the library's text for the log; it names keys and buckets, never content.
        code: another `errorCode` than STORAGE_ERROR.
    """
    correlation = uuid.uuid4().hex[:16]
    logger.error(
        "velt.files.failed",
        extra={"velt_correlation": correlation, "velt_error": type(cause).__name__, "velt_reason": reason},
    )
    return VeltStorageError(f"{problem} (correlation {correlation})", code=code, correlation=correlation)

"""What a file store is."""

from __future__ import annotations

import asyncio
import functools
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO, Optional

from velt_py.selfhosting.files.plans import FileStep, OpenFile, PutFile, RemoveFile, SignFile

__all__ = ["AsyncFileStore", "FileStore", "StoredFile"]


@dataclass(frozen=True)
class StoredFile:
    """An open file.

    Args:
        stream: its bytes, from the asked start; to be closed by who opened it.
        size: the whole file's size in bytes.
    """

    stream: BinaryIO
    size: int


class FileStore(ABC):
    """A place for bytes. Every method raises `VeltStorageError` and no error of a library."""

    def run(self, step: FileStep) -> Any:
        """Carry out any file step; see the steps for what they answer."""
        if isinstance(step, PutFile):
            return self.put(step)
        if isinstance(step, OpenFile):
            return self.open(step)
        if isinstance(step, SignFile):
            return self.sign(step)
        return self.remove(step)

    @abstractmethod
    def put(self, step: PutFile) -> int: ...
    @abstractmethod
    def open(self, step: OpenFile) -> Optional[StoredFile]: ...
    @abstractmethod
    def sign(self, step: SignFile) -> Optional[str]: ...
    @abstractmethod
    def remove(self, step: RemoveFile) -> bool: ...
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

    async def in_thread(self, work: Any, *args: Any) -> Any:
        """Run something that blocks beside the event loop."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="velt-files")
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, functools.partial(work, *args)
        )

    async def close(self) -> None:
        await self.in_thread(self.store.close)
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None

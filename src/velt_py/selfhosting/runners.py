"""Runners: they carry out the steps of operations with a record store and a file store, opened at first use."""

from __future__ import annotations

import threading
from typing import Any, Optional, Tuple, cast

from velt_py.config import Settings
from velt_py.selfhosting.files.base import AsyncFileStore, FileStore
from velt_py.selfhosting.files.opening import open_file_store
from velt_py.selfhosting.files.plans import FILE_STEPS, FileStep
from velt_py.selfhosting.operation import AsyncRunner, Runner, Step
from velt_py.selfhosting.plans import FindUsers, Plan, SaveUser
from velt_py.selfhosting.stores.base import AsyncStore, Store
from velt_py.selfhosting.stores.opening import open_async_store, open_store
from velt_py.selfhosting.user_source import UserSource, source_of

__all__ = ["AsyncStoreRunner", "StoreRunner"]

USER_STEPS = (FindUsers, SaveUser)


class StoreRunner(Runner):
    """Carries out steps, blocking.

    Args:
        settings: which stores to open.
        store: a record store to use instead of the configured one; it stays the caller's to close.
    """

    def __init__(self, settings: Settings, store: Optional[Store] = None) -> None:
        self._settings = settings
        self._given = store
        self._store: Optional[Store] = None
        self._files: Optional[FileStore] = None
        self._users: Optional[UserSource] = None
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        """The record store."""
        if self._given is not None:
            return self._given
        with self._lock:
            if self._store is None:
                self._store = open_store(self._settings)
            return self._store

    @property
    def files(self) -> FileStore:
        """The file store."""
        with self._lock:
            if self._files is None:
                self._files = open_file_store(self._settings)
            return self._files

    @property
    def users(self) -> UserSource:
        """The source of users that is configured instead of the store."""
        with self._lock:
            if self._users is None:
                self._users = source_of(self._settings.user_source)
            return self._users

    def run(self, step: Step) -> Any:
        if isinstance(step, FILE_STEPS):
            return self.files.run(cast(FileStep, step))
        if isinstance(step, USER_STEPS) and self._settings.user_source is not None:
            return self.users.run(step)
        return self.store.run(cast(Plan, step))

    def close(self) -> None:
        """Close what was opened here; a later step opens it again."""
        # The stores themselves stay: they open again when needed, and memory keeps what it holds.
        with self._lock:
            opened: Tuple[Any, ...] = (self._store, self._files)
        for each in opened:
            if each is not None:
                each.close()


class AsyncStoreRunner(AsyncRunner):
    """Carries out steps, awaited. One per event loop.

    Args:
        settings: which stores to open.
        store: a record store to use instead of the configured one; it stays the caller's to close.
    """

    def __init__(self, settings: Settings, store: Optional[AsyncStore] = None) -> None:
        self._settings = settings
        self._given = store
        self._store: Optional[AsyncStore] = None
        self._files: Optional[AsyncFileStore] = None
        self._users: Optional[UserSource] = None

    @property
    def store(self) -> AsyncStore:
        """The record store."""
        if self._given is not None:
            return self._given
        if self._store is None:
            self._store = open_async_store(self._settings)
        return self._store

    @property
    def files(self) -> AsyncFileStore:
        """The file store."""
        if self._files is None:
            self._files = AsyncFileStore(open_file_store(self._settings))
        return self._files

    @property
    def users(self) -> UserSource:
        """The source of users that is configured instead of the store."""
        if self._users is None:
            self._users = source_of(self._settings.user_source)
        return self._users

    async def run(self, step: Step) -> Any:
        if isinstance(step, FILE_STEPS):
            return await self.files.run(cast(FileStep, step))
        if isinstance(step, USER_STEPS) and self._settings.user_source is not None:
            return await self.users.run_async(step)
        return await self.store.run(cast(Plan, step))

    async def close(self) -> None:
        """Close what was opened here; a later step opens it again."""
        opened: Tuple[Any, ...] = (self._store, self._files)
        import asyncio  # code that blocks does not pay for it

        await asyncio.gather(*[each.close() for each in opened if each is not None])

"""Making indexes: once per process at the first use of a collection, beside the operation, or when asked to.

Building an index over many documents takes long, and only writers wait for it, and not long: what is asked for is
done with or without the index, and `missing_schema` tells about one that could not be made.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import threading
from typing import Any, Callable, Coroutine, Dict, Iterable, List, Set

import pymongo
from pymongo import IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.stores.mongodb_clients import Document
from velt_py.selfhosting.stores.mongodb_indexes import Index, indexes, lacking

__all__ = ["AsyncPreparation", "Preparation", "make_indexes", "make_indexes_async", "models"]

logger = logging.getLogger("velt_py.selfhosting.stores.mongodb")

PATIENCE = 2.0
"""Seconds that a writer waits for the indexes of its collection at the first use. An empty one has them at once."""

BUILD = 86_400.0
"""Seconds that the server may take to build an index."""


def models(needed: Iterable[Index]) -> List[IndexModel]:
    """Indexes for the driver."""
    return [
        IndexModel([(key, pymongo.ASCENDING) for key in index.keys], name=index.name, unique=True)
        if index.unique
        else IndexModel([(key, pymongo.ASCENDING) for key in index.keys], name=index.name)
        for index in needed
    ]


def make_indexes(collection: Collection[Document], kind: Kind) -> bool:
    """Make the indexes of a collection in one round trip; when one cannot be made, make the others one by one.

    Returns whether that is settled; False when the server could not be reached.
    """
    with pymongo.timeout(BUILD):
        try:
            try:
                collection.create_indexes(models(indexes(kind)))
            except OperationFailure:
                for index in lacking(kind, list(collection.list_indexes())):
                    try:
                        collection.create_indexes(models([index]))
                    except OperationFailure as error:
                        _report(error, collection.name, index.name)
        except PyMongoError as error:
            return _settled(error, collection.name)
    return True


async def make_indexes_async(collection: AsyncCollection[Document], kind: Kind) -> bool:
    """`make_indexes` for an async collection."""
    with pymongo.timeout(BUILD):
        try:
            try:
                await collection.create_indexes(models(indexes(kind)))
            except OperationFailure:
                found = [index async for index in await collection.list_indexes()]
                for index in lacking(kind, found):
                    try:
                        await collection.create_indexes(models([index]))
                    except OperationFailure as error:
                        _report(error, collection.name, index.name)
        except PyMongoError as error:
            return _settled(error, collection.name)
    return True


def _settled(error: PyMongoError, collection: str) -> bool:
    if isinstance(error, ConnectionFailure) or error.timeout:
        return False
    _report(error, collection, "")
    return True


def _report(error: PyMongoError, collection: str, index: str) -> None:
    code = error.code if isinstance(error, OperationFailure) else None
    logger.warning(
        "velt.schema.failed",
        extra={
            "velt_collection": collection,
            "velt_index": index,
            "velt_error": type(error).__name__,
            "velt_reason": f"code {code}; `velt schema check` tells what is missing",
        },
    )


class Preparation:
    """Makes indexes at the first use of a kind, in a thread beside the operation.

    Args:
        make: makes the indexes of a kind; returns False when it has to be tried again.
    """

    def __init__(self, make: Callable[[Kind], bool]) -> None:
        self._make = make
        self._started: Dict[str, threading.Event] = {}
        self._pid = os.getpid()

    def start(self, kind: Kind, wait: bool) -> None:
        """See to it that the indexes are made, and wait a little when asked to."""
        done = self._started.get(kind.name)
        if done is not None and done.is_set():
            return
        if self._pid != os.getpid():
            # The thread at work stayed in the parent.
            self._started = {name: event for name, event in self._started.items() if event.is_set()}
            self._pid = os.getpid()
            done = self._started.get(kind.name)
        if done is None:
            mine = threading.Event()
            done = self._started.setdefault(kind.name, mine)
            if done is mine:
                threading.Thread(
                    target=self._run, args=(kind, mine), name="velt-mongodb-indexes", daemon=True
                ).start()
        if wait:
            done.wait(PATIENCE)

    def _run(self, kind: Kind, done: threading.Event) -> None:
        settled = False
        try:
            settled = self._make(kind)
        finally:
            if not settled:
                self._started.pop(kind.name, None)
            done.set()


class AsyncPreparation:
    """Makes indexes at the first use of a kind, in a task beside the operation.

    Args:
        make: makes the indexes of a kind; returns False when it has to be tried again.
    """

    def __init__(self, make: Callable[[Kind], Coroutine[Any, Any, bool]]) -> None:
        self._make = make
        self._settled: Set[str] = set()
        self._tasks: Dict[str, asyncio.Task[None]] = {}

    async def start(self, kind: Kind, wait: bool) -> None:
        """See to it that the indexes are made, and wait a little when asked to."""
        if kind.name in self._settled:
            return
        loop = asyncio.get_running_loop()
        task = self._tasks.get(kind.name)
        if task is None or task.done() or task.get_loop().is_closed():
            # In a context of its own: the time limit of the operation is none for building an index.
            task = contextvars.Context().run(loop.create_task, self._run(kind))
            self._tasks[kind.name] = task
        if wait and task.get_loop() is loop:
            await asyncio.wait({task}, timeout=PATIENCE)

    async def _run(self, kind: Kind) -> None:
        if await self._make(kind):
            self._settled.add(kind.name)

    async def close(self) -> None:
        """Leave what is not made yet; the server goes on building."""
        loop = asyncio.get_running_loop()
        tasks = [task for task in self._tasks.values() if task.get_loop() is loop and not task.done()]
        self._tasks = {}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

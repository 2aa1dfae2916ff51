"""Clients of MongoDB: made at the first plan, never under a lock, per process and, async, per event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any, Callable, Dict, List, Optional, cast

from pymongo import AsyncMongoClient, MongoClient, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import ConfigurationError

from velt_py.config import DatabaseSettings

__all__ = [
    "AsyncClients",
    "Clients",
    "Document",
    "GivenAsyncDatabase",
    "GivenDatabase",
    "acknowledged",
    "acknowledged_async",
]

Document = Dict[str, Any]

_foreign: List[Any] = []
"""Clients that a forked child inherited. They are kept from being collected: their sockets are the parent's."""


def client_options(settings: DatabaseSettings) -> Dict[str, Any]:
    """The driver's options that follow from the settings; what the connection string says goes before them."""
    options: Dict[str, Any] = {
        "appname": settings.application_name[:128],
        "connectTimeoutMS": int(settings.connect_timeout * 1000),
        "serverSelectionTimeoutMS": int(settings.connect_timeout * 1000),
        "waitQueueTimeoutMS": int(settings.pool_timeout * 1000),
        "minPoolSize": settings.pool_min_size,
        "maxPoolSize": settings.pool_max_size,
        "retryWrites": True,
        "retryReads": True,
        "connect": False,
    }
    said = settings.mongodb_uri().partition("?")[2].replace(";", "&").split("&")
    names = {part.partition("=")[0].lower() for part in said}
    options = {name: value for name, value in options.items() if name.lower() not in names}
    return {**options, **settings.connection_options}


def _opened(client: Callable[..., Any], settings: DatabaseSettings) -> Any:
    """A client. Opens no connection; before PyMongo 4.12 it looks up the SRV record of a `mongodb+srv` address."""
    try:
        return client(settings.mongodb_uri(), **client_options(settings))
    except (ValueError, TypeError):
        # The text may quote the connection string.
        raise ConfigurationError("the connection string or an option cannot be used") from None


class GivenDatabase:
    """A database that stays the caller's, with the caller's time limits."""

    timeout: Optional[float] = None

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    def database(self) -> Database[Document]:
        return self._database

    def close(self) -> None:
        """Nothing was opened here."""


class Clients:
    """The client of this process.

    Args:
        settings: where the database is.
    """

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self.timeout: Optional[float] = settings.timeout
        self._client: Optional[MongoClient[Document]] = None
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def database(self) -> Database[Document]:
        """The database. Connects nowhere: the driver does, at its first operation."""
        if self._pid != os.getpid():
            self._leave_parent()
        client = self._client
        if client is None:
            client = self._made()
        return client[self._settings.mongodb_database()]

    def _made(self) -> MongoClient[Document]:
        # Made outside the lock: the name of an SRV record may be looked up here.
        made: MongoClient[Document] = _opened(MongoClient, self._settings)
        with self._lock:
            client = self._client
            if client is None:
                self._client = made
                return made
        made.close()
        return client

    def _leave_parent(self) -> None:
        _foreign.append(self._client)
        self._client = None
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def close(self) -> None:
        """Close the client; the next use makes another."""
        if self._pid != os.getpid():
            self._leave_parent()
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


class GivenAsyncDatabase:
    """A database that stays the caller's, with the caller's time limits; of one event loop."""

    timeout: Optional[float] = None

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._database = database

    def database(self) -> AsyncDatabase[Document]:
        return self._database

    async def close(self) -> None:
        """Nothing was opened here."""


class AsyncClients:
    """The clients of this process, one for each event loop that asks: a client is bound to its loop.

    Args:
        settings: where the database is.
    """

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self.timeout: Optional[float] = settings.timeout
        self._clients: Dict[asyncio.AbstractEventLoop, AsyncMongoClient[Document]] = {}
        self._pid = os.getpid()

    def database(self) -> AsyncDatabase[Document]:
        """The database for the running loop. Connects nowhere: the driver does, at its first operation."""
        if self._pid != os.getpid():
            self._leave_parent()
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            self._forget_closed_loops()
            client = cast("AsyncMongoClient[Document]", _opened(AsyncMongoClient, self._settings))
            self._clients[loop] = client
        return client[self._settings.mongodb_database()]

    def _forget_closed_loops(self) -> None:
        # What ran in a closed loop cannot be awaited any more; its sockets go with the client.
        for loop in [loop for loop in list(self._clients) if loop.is_closed()]:
            self._clients.pop(loop, None)

    def _leave_parent(self) -> None:
        _foreign.append(self._clients)
        self._clients = {}
        self._pid = os.getpid()

    async def close(self) -> None:
        """Close the clients of all loops that still run; the next use makes another."""
        if self._pid != os.getpid():
            self._leave_parent()
        self._forget_closed_loops()
        clients, self._clients = self._clients, {}
        own = clients.pop(asyncio.get_running_loop(), None)
        for loop, client in clients.items():
            if loop.is_running():
                asyncio.run_coroutine_threadsafe(client.close(), loop)
        if own is not None:
            await own.close()


def acknowledged(collection: Collection[Document]) -> Collection[Document]:
    """The collection, with writes that the server answers: without an answer nothing could be promised."""
    if collection.write_concern.acknowledged:
        return collection
    return collection.with_options(write_concern=WriteConcern(w=1))


def acknowledged_async(collection: AsyncCollection[Document]) -> AsyncCollection[Document]:
    """`acknowledged` for an async collection."""
    if collection.write_concern.acknowledged:
        return collection
    return collection.with_options(write_concern=WriteConcern(w=1))

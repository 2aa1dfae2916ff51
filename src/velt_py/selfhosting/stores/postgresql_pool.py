"""Connections to PostgreSQL: how they are made, kept within their time, and found dead without asking the server."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import time
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, AsyncGenerator, Dict, Generator, Optional, Tuple, TypeVar, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolTimeout

from velt_py.config import DatabaseSettings
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.stores.postgresql_errors import Connecting, Stale, TimedOut

if TYPE_CHECKING:
    Pool = ConnectionPool[psycopg.Connection[Any]]
    AsyncPool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]

__all__ = [
    "AsyncTimedConnection",
    "TimedConnection",
    "async_borrowed",
    "async_check",
    "async_connection_pool",
    "borrowed",
    "check",
    "connection_pool",
    "unhurried",
]

GRACE = 1.0
"""Seconds that we wait longer for a statement than the server lets it run: it says better what was wrong."""

BUILD = 3600.0
"""Seconds for an index on a large table."""

GLANCE = 0.1
"""Seconds between two looks whether the server refused the first connection."""

READ, WRITE = 1, 2
"""What psycopg's generators wait for; both may be asked for."""

V = TypeVar("V")


class TimedConnection(psycopg.Connection[TupleRow]):
    """A connection on which no statement takes for ever, not even when the server stopped without a word.

    `time_limit` is in seconds; None for none.
    """

    time_limit: Optional[float] = None

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
        limit, connecting = kwargs.pop("time_limit"), kwargs.pop("connecting")
        try:
            connection = cast(TimedConnection, super().connect(conninfo, **kwargs))
        except psycopg.Error as error:
            connecting.failed(error)
            raise
        connecting.done()
        connection.time_limit = limit
        return connection

    def wait(self, gen: Generator[Any, Any, V], *args: Any, **kwargs: Any) -> V:
        if self.time_limit is None:
            return super().wait(gen, *args, **kwargs)
        try:
            return _waited(gen, self.pgconn.socket, time.monotonic() + self.time_limit)
        except psycopg.Error as error:
            if isinstance(error, TimedOut):
                self.pgconn.finish()
            raise
        except BaseException:
            # After an interrupt the statement may still run: this connection is of no more use.
            self.pgconn.finish()
            raise


def _waited(gen: Generator[Any, Any, V], descriptor: int, deadline: float) -> V:
    try:
        wanted = int(next(gen))
        while True:
            ready = _ready(descriptor, wanted, max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimedOut("the server did not answer in time")
            wanted = int(gen.send(ready))
    except StopIteration as end:
        return cast(V, end.value)


def _ready(descriptor: int, wanted: int, seconds: float) -> int:
    """Which of READ and WRITE is possible; 0 when the time is over."""
    if not hasattr(select, "poll"):
        reading, writing = [descriptor] * (wanted & READ), [descriptor] * bool(wanted & WRITE)
        readable, writable, _ = select.select(reading, writing, [], seconds)
        return READ * len(readable) + WRITE * len(writable)
    # select() takes no descriptors beyond 1023.
    poller = select.poll()
    poller.register(descriptor, select.POLLIN * bool(wanted & READ) | select.POLLOUT * bool(wanted & WRITE))
    ready = 0
    for _, event in poller.poll(seconds * 1000):
        over = event & (select.POLLHUP | select.POLLERR)
        ready |= READ * bool(over or event & select.POLLIN) | WRITE * bool(over or event & select.POLLOUT)
    return ready & wanted


class AsyncTimedConnection(psycopg.AsyncConnection[TupleRow]):
    """The same, awaited."""

    time_limit: Optional[float] = None
    _late = False

    @classmethod
    async def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
        limit, connecting = kwargs.pop("time_limit"), kwargs.pop("connecting")
        try:
            connection = cast(AsyncTimedConnection, await super().connect(conninfo, **kwargs))
        except psycopg.Error as error:
            connecting.failed(error)
            raise
        connecting.done()
        connection.time_limit = limit
        return connection

    async def wait(self, gen: Generator[Any, Any, V], *args: Any, **kwargs: Any) -> V:
        if self.time_limit is None:
            return await super().wait(gen, *args, **kwargs)
        timer = asyncio.get_running_loop().call_later(self.time_limit, self._give_up)
        try:
            return await super().wait(gen, *args, **kwargs)
        except psycopg.OperationalError:
            if self._late:
                raise TimedOut("the server did not answer in time") from None
            raise
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        # The driver then finds the connection closed, and ends its waiting in its own way.
        self._late = True
        with socket.socket(fileno=os.dup(self.pgconn.socket)) as own:
            try:
                own.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already, which is what was wanted.
                return


@contextmanager
def unhurried(connection: psycopg.BaseConnection[Any]) -> Generator[None, None, None]:
    """Time for statements that make indexes. Connections of a caller's pool know no limit of ours."""
    if not isinstance(connection, (TimedConnection, AsyncTimedConnection)):
        yield
        return
    limit, connection.time_limit = connection.time_limit, BUILD
    try:
        yield
    finally:
        connection.time_limit = limit


def is_silent(connection: psycopg.BaseConnection[Any]) -> bool:
    """Whether an idle connection has nothing to read. If there is something, the server has most likely said
    good-bye; this costs no round trip."""
    return not _ready(connection.pgconn.socket, READ, 0)


class Patience:
    """How long to wait for a connection of a pool.

    The pool tries again until its time is over, whatever the server said. So before there ever was a connection its
    callers look up while they wait, and a server that refuses us ends their waiting. Later it does not: others'
    connections may still work, and will be free soon.
    """

    def __init__(self, seconds: float, connecting: Connecting) -> None:
        self._deadline = time.monotonic() + seconds
        self._connecting = connecting

    def seconds(self) -> float:
        """Until the next look."""
        left = max(0.0, self._deadline - time.monotonic())
        return left if self._connecting.succeeded else min(GLANCE, left)

    def is_over(self) -> bool:
        return self._connecting.refusal is not None or time.monotonic() >= self._deadline


@contextmanager
def borrowed(pool: Pool, connecting: Connecting) -> Generator[psycopg.Connection[Any], None, None]:
    """A connection of the pool.

    Raises:
        PoolTimeout: there was none in time, or the server will give us none.
    """
    patience = Patience(pool.timeout, connecting)
    with ExitStack() as stack:
        while True:
            try:
                connection = stack.enter_context(pool.connection(patience.seconds()))
                break
            except PoolTimeout:
                if patience.is_over():
                    raise
        yield connection


@asynccontextmanager
async def async_borrowed(
    pool: AsyncPool, connecting: Connecting
) -> AsyncGenerator[psycopg.AsyncConnection[Any], None]:
    """The same, awaited."""
    patience = Patience(pool.timeout, connecting)
    async with AsyncExitStack() as stack:
        while True:
            try:
                connection = await stack.enter_async_context(pool.connection(patience.seconds()))
                break
            except PoolTimeout:
                if patience.is_over():
                    raise
        yield connection


def check(connection: psycopg.Connection[Any]) -> None:
    """Raise `Stale` for a connection that died in the pool.

    The pool has a hook for such checks, but it pauses for a second and more after each that fails.
    """
    try:
        if not is_silent(connection):
            connection.execute("SELECT 1")
    except psycopg.Error:
        raise Stale("the connection died in the pool") from None


async def async_check(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raise `Stale` for a connection that died in the pool."""
    try:
        if not is_silent(connection):
            await connection.execute("SELECT 1")
    except psycopg.Error:
        raise Stale("the connection died in the pool") from None


def conninfo_of(database: DatabaseSettings) -> Tuple[str, Dict[str, Any]]:
    """What libpq and what psycopg is told.

    Raises:
        VeltConfigurationError: when libpq does not understand it. Its text is left out, it may hold the password.
    """
    options = {key: value for key, value in database.postgresql_parameters().items() if value is not None}
    psycopg_options: Dict[str, Any] = {"autocommit": True}
    if "prepare_threshold" in database.connection_options:
        # Not libpq's: None turns prepared statements off, which some connection poolers need.
        options.pop("prepare_threshold", None)
        psycopg_options["prepare_threshold"] = database.connection_options["prepare_threshold"]
    try:
        given = conninfo_to_dict(database.connection_string or "")
    except psycopg.Error:
        raise VeltConfigurationError(
            "database.connection_string: this is neither a postgresql:// URI nor a libpq string",
            field="database.connection_string",
        ) from None
    given = {key: value for key, value in given.items() if value is not None}
    if database.database_name:
        given["dbname"] = database.database_name
    try:
        return make_conninfo("", **{**options, **given}), psycopg_options
    except psycopg.Error:
        raise VeltConfigurationError(
            "database.connection_options: there is an option that libpq does not know",
            field="database.connection_options",
        ) from None


def time_limits(database: DatabaseSettings) -> Tuple[Optional[bytes], float]:
    """The statement that tells a new connection how long the server may work, and how long we wait."""
    if "statement_timeout" in str(database.connection_options.get("options", "")):
        return None, database.timeout + GRACE
    # Not as a start-up option: connection poolers refuse those.
    return (
        f"SET statement_timeout = {max(1, round(database.timeout * 1000))}".encode(),
        database.timeout + GRACE,
    )


def pool_options(database: DatabaseSettings, connecting: Connecting) -> Dict[str, Any]:
    """What both kinds of pool are made with."""
    conninfo, options = conninfo_of(database)
    return {
        "conninfo": conninfo,
        "kwargs": {**options, "time_limit": time_limits(database)[1], "connecting": connecting},
        "min_size": database.pool_min_size,
        "max_size": max(1, database.pool_max_size, database.pool_min_size),
        "timeout": database.pool_timeout,
        # The pool doubles its pause between attempts; after this time it starts anew with the next request, so a
        # server that is back is found soon.
        "reconnect_timeout": database.pool_timeout,
        "name": "velt_py",
        "open": False,
    }


def connection_pool(database: DatabaseSettings, connecting: Connecting) -> Pool:
    """A pool that is not open yet; `connecting` is told how that goes."""
    limit, _ = time_limits(database)

    def configure(connection: psycopg.Connection[Any]) -> None:
        if limit is not None:
            connection.execute(limit)

    return ConnectionPool(
        connection_class=TimedConnection,
        configure=configure,
        **pool_options(database, connecting),
    )


def async_connection_pool(database: DatabaseSettings, connecting: Connecting) -> AsyncPool:
    """The same for the running event loop."""
    limit, _ = time_limits(database)

    async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
        if limit is not None:
            await connection.execute(limit)

    return AsyncConnectionPool(
        connection_class=AsyncTimedConnection,
        configure=configure,
        **pool_options(database, connecting),
    )

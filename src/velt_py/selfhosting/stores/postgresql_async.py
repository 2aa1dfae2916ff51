"""Records in PostgreSQL, in tables of the published layout; awaited.

One statement in one round trip per plan, without a transaction around it: a statement is one. Each event loop has a
pool of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncGenerator,
    Awaitable,
    Callable,
    Dict,
    FrozenSet,
    List,
    Mapping,
    Optional,
    TypeVar,
)
from weakref import WeakKeyDictionary

import psycopg
from psycopg.rows import tuple_row

from velt_py.config import DatabaseSettings
from velt_py.selfhosting.plans import (
    Delete,
    FindUsers,
    Organizations,
    Plan,
    Read,
    Record,
    Replace,
    Save,
    SaveUser,
    Scan,
)
from velt_py.selfhosting.records import Kind, collection_of
from velt_py.selfhosting.stores.base import AsyncStore
from velt_py.selfhosting.stores.postgresql_answers import answered
from velt_py.selfhosting.stores.postgresql_errors import (
    Attempts,
    Connecting,
    NoUsersTable,
    not_made,
    translated,
)
from velt_py.selfhosting.stores.postgresql_pool import (
    async_borrowed,
    async_check,
    async_connection_pool,
    unhurried,
)
from velt_py.selfhosting.stores.postgresql_schema import Findings, Layout, Steps
from velt_py.selfhosting.stores.postgresql_sql import Statement, is_there, statement_of

if TYPE_CHECKING:
    from velt_py.selfhosting.stores.postgresql_pool import AsyncPool

__all__ = ["AsyncPostgreSQLStore"]

T = TypeVar("T")
AsyncWork = Callable[["psycopg.AsyncConnection[Any]"], Awaitable[T]]


class AsyncPostgreSQLStore(AsyncStore):
    """Records in PostgreSQL, awaited. Each event loop has a pool of its own; `close` closes that of the running one.

    Args:
        database: the block `database` of the configuration.
        collections: the tables' names by kind.

    Raises:
        VeltConfigurationError: for names that PostgreSQL would cut, and options that it does not know.
    """

    def __init__(self, database: DatabaseSettings, collections: Mapping[str, str]) -> None:
        self._database = database
        self._layout = Layout(database.schema, collections, database.partitions)
        self._manage_schema = database.manage_schema
        self._prepared = not database.manage_schema
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncPool] = WeakKeyDictionary()
        self._connecting = Connecting()

    async def _pool(self) -> AsyncPool:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools.setdefault(loop, async_connection_pool(self._database, self._connecting))
        if pool.closed:
            await pool.open()
        return pool

    @asynccontextmanager
    async def _connection(
        self, attempts: Attempts, prepared: bool
    ) -> AsyncGenerator[psycopg.AsyncConnection[Any], None]:
        async with async_borrowed(await self._pool(), self._connecting) as connection:
            try:
                await async_check(connection)
                if prepared and not self._prepared:
                    await self._prepare(connection)
                yield connection
            except psycopg.Error:
                attempts.broken = connection.closed
                raise

    async def _prepare(self, connection: psycopg.AsyncConnection[Any]) -> None:
        found: Findings = await carried_out_async(connection, self._layout.looking())
        if found.making:
            try:
                with unhurried(connection):
                    async with connection.transaction():
                        making = self._layout.making(self._database.timeout, removing=False)
                        await carried_out_async(connection, making)
            except psycopg.Error as error:
                not_made(error)
        self._prepared = True

    async def _work(self, work: AsyncWork[T], plan: Optional[Plan] = None, prepared: bool = True) -> T:
        """Do some work over a connection, again where that helps.

        Args:
            prepared: whether the work needs the tables.
        """
        attempts = Attempts(plan, self._manage_schema)
        while True:
            try:
                async with self._connection(attempts, prepared) as connection:
                    return await work(connection)
            except psycopg.Error as error:
                if not attempts.again(error):
                    raise translated(error, plan, self._connecting) from None
                if attempts.unprepared:
                    self._prepared = False

    async def _run(self, plan: Plan) -> Any:
        statement = statement_of(plan, self._layout)

        async def work(connection: psycopg.AsyncConnection[Any]) -> Any:
            return answered(plan, await executed_async(connection, statement))

        return await self._work(work, plan)

    def take_up(self, kind: Kind) -> None:
        layout = self._layout.including(kind)
        if layout is not self._layout:
            self._layout, self._prepared = layout, not self._manage_schema

    async def read(self, plan: Read) -> List[Record]:
        records: List[Record] = await self._run(plan)
        return records

    async def save(self, plan: Save) -> int:
        return int(await self._run(plan))

    async def delete(self, plan: Delete) -> int:
        return int(await self._run(plan))

    async def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        try:
            rows: List[Dict[str, Any]] = await self._run(plan)
        except NoUsersTable:
            return []
        return rows

    async def save_user(self, plan: SaveUser) -> int:
        return int(await self._run(plan))

    async def organizations(self, plan: Organizations) -> List[str]:
        layout = self._layout
        if plan.kind.on_demand:
            if collection_of(layout.collections, plan.kind) is None:
                return []
            layout = layout.including(plan.kind)
            looking = is_there(plan.kind, layout)
            if not (await self._work(lambda connection: executed_async(connection, looking), plan))[0][0]:
                return []
        statement = statement_of(plan, layout)

        async def work(connection: psycopg.AsyncConnection[Any]) -> List[str]:
            names: List[str] = answered(plan, await executed_async(connection, statement))
            return names

        return await self._work(work, plan)

    async def scan(self, plan: Scan) -> List[Record]:
        records: List[Record] = await self._run(plan)
        return records

    async def replace(self, plan: Replace) -> FrozenSet[str]:
        ids: FrozenSet[str] = await self._run(plan)
        return ids

    async def ping(self) -> None:
        await self._work(lambda connection: connection.execute("SELECT 1"), prepared=False)

    async def close(self) -> None:
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.close()


async def executed_async(connection: psycopg.AsyncConnection[Any], statement: Statement) -> List[Any]:
    """The rows of the last result."""
    kind = psycopg.AsyncClientCursor if statement.merged else psycopg.AsyncCursor
    async with kind(connection, row_factory=tuple_row) as cursor:
        await cursor.execute(statement.sql.encode(), statement.values)
        while cursor.nextset():
            pass
        return await cursor.fetchall()


async def carried_out_async(connection: psycopg.AsyncConnection[Any], steps: Steps) -> Any:
    """What `steps` return after each was executed."""
    try:
        sql, values = next(steps)
        while True:
            async with psycopg.AsyncCursor(connection, row_factory=tuple_row) as cursor:
                await cursor.execute(sql.encode(), values or None)
                rows = await cursor.fetchall() if cursor.description else []
            sql, values = steps.send(rows)
    except StopIteration as end:
        return end.value

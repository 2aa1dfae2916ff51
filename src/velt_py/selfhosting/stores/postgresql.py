"""Records in PostgreSQL, in tables of the published layout; blocking.

One statement in one round trip per plan, without a transaction around it: a statement is one. Nothing is locked in
this process while a connection is waited for, and a forked child has a pool of its own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    FrozenSet,
    Generator,
    List,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
)

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
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.stores.postgresql_answers import answered
from velt_py.selfhosting.stores.postgresql_errors import (
    Attempts,
    Connecting,
    NoUsersTable,
    not_made,
    translated,
)
from velt_py.selfhosting.stores.postgresql_pool import (
    borrowed,
    check,
    connection_pool,
    unhurried,
)
from velt_py.selfhosting.stores.postgresql_schema import Findings, Layout, Steps
from velt_py.selfhosting.stores.postgresql_sql import Statement, is_there, statement_of

if TYPE_CHECKING:
    from velt_py.selfhosting.stores.postgresql_pool import Pool

__all__ = ["PostgreSQLStore"]

T = TypeVar("T")
Work = Callable[["psycopg.Connection[Any]"], T]

_inherited: List[Any] = []
"""Pools of a parent process. They are kept from being closed: that would end the parent's connections."""


class PostgreSQLStore(Store):
    """Records in PostgreSQL, blocking.

    Args:
        database: the block `database` of the configuration.
        collections: the tables' names by kind.

    Raises:
        VeltConfigurationError: for names that PostgreSQL would cut, and options that it does not know.
    """

    def __init__(self, database: DatabaseSettings, collections: Mapping[str, str]) -> None:
        self._database: Optional[DatabaseSettings] = database
        layout = Layout(database.schema, collections, database.partitions)
        self._set_up(layout, database.timeout, database.manage_schema)

    @classmethod
    def over(
        cls,
        pool: Pool,
        schema: str,
        collections: Mapping[str, str],
        manage_schema: bool = True,
        timeout: float = 10.0,
    ) -> PostgreSQLStore:
        """A store over a pool that stays the caller's: `close` leaves it open, its time limits hold.

        Args:
            pool: a `psycopg_pool.ConnectionPool`.
            schema: the tables' schema.
            collections: the tables' names by kind.
            manage_schema: make missing tables and indexes at the first plan.
            timeout: seconds to wait for others when tables are made.
        """
        store = cls.__new__(cls)
        store._database = None
        store._set_up(Layout(schema, collections), timeout, manage_schema)
        store._given, store._connecting = pool, Connecting(succeeded=True)
        return store

    def _set_up(self, layout: Layout, timeout: float, manage_schema: bool) -> None:
        self._layout = layout
        self._timeout = timeout
        self._manage_schema = manage_schema
        self._prepared = not manage_schema
        self._given: Optional[Pool] = None
        self._pools: Dict[int, Pool] = {}
        self._connecting = Connecting()

    # Connections

    @property
    def pool(self) -> Pool:
        """The pool of this process, opened at first use."""
        if self._given is not None:
            return self._given
        process = os.getpid()
        pool = self._pools.get(process)
        if pool is None:
            assert self._database is not None
            self._leave_parent()
            # Of two threads that come here at the same time both get the pool of the first. A lock would do it too,
            # but a child forked while it is held would wait for ever.
            pool = self._pools.setdefault(process, connection_pool(self._database, self._connecting))
        if pool.closed:
            pool.open()
        return pool

    def _leave_parent(self) -> None:
        for process in list(self._pools):
            if process != os.getpid():
                _inherited.append(self._pools.pop(process))

    @contextmanager
    def _connection(
        self, attempts: Attempts, prepared: bool
    ) -> Generator[psycopg.Connection[Any], None, None]:
        with borrowed(self.pool, self._connecting) as connection:
            try:
                check(connection)
                if prepared and not self._prepared:
                    self._prepare(connection)
                yield connection
            except psycopg.Error:
                attempts.broken = connection.closed
                raise

    def _prepare(self, connection: psycopg.Connection[Any]) -> None:
        found: Findings = carried_out(connection, self._layout.looking())
        if found.making:
            try:
                self._make(connection, removing=False)
            except psycopg.Error as error:
                # The operation itself tells if it needs what is missing.
                not_made(error)
        self._prepared = True

    def prepare(self) -> None:
        """Connect, and make missing tables and indexes as the first plan would.

        Raises:
            VeltDatabaseError: when that fails.
        """
        self._work(lambda connection: None)

    def _work(self, work: Work[T], plan: Optional[Plan] = None, prepared: bool = True) -> T:
        """Do some work over a connection, again where that helps.

        Args:
            prepared: whether the work needs the tables.
        """
        attempts = Attempts(plan, self._manage_schema)
        while True:
            try:
                with self._connection(attempts, prepared) as connection:
                    return work(connection)
            except psycopg.Error as error:
                if not attempts.again(error):
                    raise translated(error, plan, self._connecting) from None
                if attempts.unprepared:
                    self._prepared = False

    def _run(self, plan: Plan) -> Any:
        statement = statement_of(plan, self._layout)
        return self._work(lambda connection: answered(plan, executed(connection, statement)), plan)

    # Plans

    def take_up(self, kind: Kind) -> None:
        layout = self._layout.including(kind)
        if layout is not self._layout:
            self._layout, self._prepared = layout, not self._manage_schema

    def read(self, plan: Read) -> List[Record]:
        records: List[Record] = self._run(plan)
        return records

    def save(self, plan: Save) -> int:
        return int(self._run(plan))

    def delete(self, plan: Delete) -> int:
        return int(self._run(plan))

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        try:
            rows: List[Dict[str, Any]] = self._run(plan)
        except NoUsersTable:
            return []
        return rows

    def save_user(self, plan: SaveUser) -> int:
        return int(self._run(plan))

    def organizations(self, plan: Organizations) -> List[str]:
        layout = self._layout
        if plan.kind.on_demand:
            if collection_of(layout.collections, plan.kind) is None:
                return []
            layout = layout.including(plan.kind)
            looking = is_there(plan.kind, layout)
            if not self._work(lambda connection: executed(connection, looking), plan)[0][0]:
                return []
        statement = statement_of(plan, layout)
        names: List[str] = self._work(
            lambda connection: answered(plan, executed(connection, statement)), plan
        )
        return names

    def scan(self, plan: Scan) -> List[Record]:
        records: List[Record] = self._run(plan)
        return records

    def replace(self, plan: Replace) -> FrozenSet[str]:
        ids: FrozenSet[str] = self._run(plan)
        return ids

    def ping(self) -> None:
        self._work(lambda connection: connection.execute("SELECT 1"), prepared=False)

    def close(self) -> None:
        self._leave_parent()
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.close()

    # Schema

    def schema(self) -> Sequence[str]:
        return self._layout.statements()

    def missing_schema(self) -> Sequence[str]:
        found: Findings = self._work(
            lambda connection: carried_out(connection, self._layout.looking()), prepared=False
        )
        return found.missing + found.obstacles

    def apply_schema(self) -> Sequence[str]:
        def apply(connection: psycopg.Connection[Any]) -> List[str]:
            try:
                return self._make(connection, removing=True)
            except psycopg.Error as error:
                failed = not_made(error)
                if failed is None:
                    raise
                raise failed from None

        return self._work(apply, prepared=False)

    def _make(self, connection: psycopg.Connection[Any], removing: bool) -> List[str]:
        with unhurried(connection), connection.transaction():
            made: List[str] = carried_out(connection, self._layout.making(self._timeout, removing))
        return made


def executed(connection: psycopg.Connection[Any], statement: Statement) -> List[Any]:
    """The rows of the last result."""
    kind = psycopg.ClientCursor if statement.merged else psycopg.Cursor
    with kind(connection, row_factory=tuple_row) as cursor:
        cursor.execute(statement.sql.encode(), statement.values)
        while cursor.nextset():
            pass
        return cursor.fetchall()


def carried_out(connection: psycopg.Connection[Any], steps: Steps) -> Any:
    """What `steps` return after each was executed."""
    try:
        sql, values = next(steps)
        while True:
            with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
                cursor.execute(sql.encode(), values or None)
                rows = cursor.fetchall() if cursor.description else []
            sql, values = steps.send(rows)
    except StopIteration as end:
        return end.value

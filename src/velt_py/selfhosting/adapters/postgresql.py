"""The adapter over a pool of psycopg connections."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable, Generator, List, Mapping, Optional, Sequence, Tuple, cast

from velt_py.config import Settings
from velt_py.selfhosting.adapters import dialect
from velt_py.selfhosting.adapters.base import DatabaseAdapter, Document, Sort, manages_schema
from velt_py.selfhosting.adapters.results import DeleteResult, InsertOneResult, UpdateResult
from velt_py.selfhosting.answers import loads
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.stores.postgresql_schema import Index, creating, quoted

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg_pool import ConnectionPool

__all__ = ["PostgresAdapter", "PostgresTable"]


class PostgresTable:
    """One table, for SQL of the caller's own.

    Args:
        adapter: the database.
        name: the table's name.
    """

    def __init__(self, adapter: PostgresAdapter, name: str) -> None:
        self._adapter = adapter
        self.name = name

    @property
    def qualified(self) -> str:
        """The table's name with its schema, quoted."""
        return f"{quoted(self._adapter.schema)}.{quoted(self.name)}"

    def execute(self, query: str, params: Optional[Sequence[Any]] = None) -> int:
        """Run a statement; the number of rows that it touched."""
        with self._adapter.connection() as connection:
            return connection.execute(cast(Any, query), params).rowcount

    def fetchall(self, query: str, params: Optional[Sequence[Any]] = None) -> List[Tuple[Any, ...]]:
        """Run a query; its rows."""
        with self._adapter.connection() as connection:
            return list(connection.execute(cast(Any, query), params).fetchall())

    def __repr__(self) -> str:
        return f"<PostgresTable {self.name}>"


class PostgresAdapter(DatabaseAdapter):
    """A PostgreSQL database through the published verbs, in a part of MongoDB's language.

    Args:
        pool: a `psycopg_pool.ConnectionPool`; it stays the caller's to close.
        schema: the schema of the tables.
        ddl_connect: opens a connection of its own for making tables and indexes.
        reopen: makes another pool in a forked child, where the parent's must not be used.
    """

    def __init__(
        self,
        pool: ConnectionPool[Any],
        schema: str = "public",
        ddl_connect: Optional[Callable[[], Any]] = None,
        reopen: Optional[Callable[[], ConnectionPool[Any]]] = None,
    ) -> None:
        self._pool = pool
        self._process = os.getpid()
        self.schema = schema
        self._ddl_connect = ddl_connect
        self._reopen = reopen

    @property
    def pool(self) -> ConnectionPool[Any]:
        """The pool of connections."""
        if self._reopen is not None and self._process != os.getpid():
            self._pool, self._process = self._reopen(), os.getpid()
        return self._pool

    @contextmanager
    def connection(self) -> Generator[Connection[Any], None, None]:
        """A connection of the pool in a transaction of its own."""
        import psycopg

        from velt_py.selfhosting.stores.postgresql_errors import translated

        try:
            with self.pool.connection() as connection, connection.transaction():
                yield connection
        except psycopg.Error as error:
            raise translated(error) from None

    def _table(self, collection: str) -> str:
        return PostgresTable(self, collection).qualified.replace("%", "%%")

    @staticmethod
    def _where(query: Optional[Mapping[str, Any]]) -> dialect.Sql:
        sql, values = dialect.query_sql(query)
        return (f" WHERE {sql}" if sql else ""), values

    def compile_filter(self, query: Optional[Document]) -> dialect.Sql:
        """The SQL condition of a query, and its values; empty when it selects everything."""
        return dialect.query_sql(query)

    def compile_update(self, update: Document) -> dialect.Sql:
        """The SQL assignments of an update, and their values."""
        sql, values = dialect.update_sql(update)
        return f"data = {sql}, updated_at = now()", values

    def find(
        self,
        collection: str,
        query: Document,
        projection: Optional[Document] = None,
        sort: Optional[Sort] = None,
        limit: Optional[int] = None,
    ) -> List[Document]:
        where, values = self._where(query)
        sql = f"SELECT data::text FROM {self._table(collection)}{where}{dialect.ordering(sort) or ' ORDER BY id'}"
        if limit:
            sql += " LIMIT %s"
            values = [*values, limit]
        with self.connection() as connection:
            rows = connection.execute(cast(Any, sql), values).fetchall()
        return [dialect.projected(loads(row[0]), projection) for row in rows]

    def find_one(
        self, collection: str, query: Document, projection: Optional[Document] = None
    ) -> Optional[Document]:
        found = self.find(collection, query, projection, limit=1)
        return found[0] if found else None

    def insert_one(self, collection: str, document: Document) -> InsertOneResult:
        with self.connection() as connection:
            return InsertOneResult(self._insert(connection, collection, document))

    def _insert(self, connection: Any, collection: str, document: Document) -> Any:
        sql = f"INSERT INTO {self._table(collection)} (data) VALUES (%s::jsonb) RETURNING id"
        return connection.execute(sql, [dialect.json_of(document)]).fetchone()[0]

    def update_one(
        self, collection: str, filter: Document, update: Document, upsert: bool = False
    ) -> UpdateResult:
        where, values = self._where(filter)
        changed, change = self.compile_update(update)
        table = self._table(collection)
        sql = (
            f"UPDATE {table} SET {changed} "
            f"WHERE id = (SELECT id FROM {table}{where} ORDER BY id LIMIT 1 FOR UPDATE)"
        )
        with self.connection() as connection:
            if upsert:
                # Of two that find nothing at the same time the second waits, and then finds what the first made.
                key = f"velt_py {self.schema} {collection} {json.dumps(filter, sort_keys=True, default=str)}"
                connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [key])
            count = connection.execute(cast(Any, sql), [*change, *values]).rowcount
            if count or not upsert:
                return UpdateResult(count, count)
            document = {**dialect.equalities(filter), **dialect.changes(update).get("$set", {})}
            return UpdateResult(0, 0, self._insert(connection, collection, document))

    def update_many(self, collection: str, filter: Document, update: Document) -> UpdateResult:
        where, values = self._where(filter)
        changed, change = self.compile_update(update)
        sql = f"UPDATE {self._table(collection)} SET {changed}{where}"
        with self.connection() as connection:
            count = connection.execute(cast(Any, sql), [*change, *values]).rowcount
        return UpdateResult(count, count)

    def delete_one(self, collection: str, filter: Document) -> DeleteResult:
        where, values = self._where(filter)
        table = self._table(collection)
        sql = f"DELETE FROM {table} WHERE id = (SELECT id FROM {table}{where} ORDER BY id LIMIT 1 FOR UPDATE)"
        with self.connection() as connection:
            return DeleteResult(connection.execute(cast(Any, sql), values).rowcount)

    def delete_many(self, collection: str, filter: Document) -> DeleteResult:
        where, values = self._where(filter)
        sql = f"DELETE FROM {self._table(collection)}{where}"
        with self.connection() as connection:
            return DeleteResult(connection.execute(cast(Any, sql), values).rowcount)

    # Tables and indexes

    def ensure_schema(self) -> None:
        """Make the schema unless it is there."""
        self._define(f"CREATE SCHEMA IF NOT EXISTS {quoted(self.schema)}")

    def ensure_table(self, collection: str) -> None:
        """Make a collection's table unless it is there."""
        self._define(creating(self.schema, collection))

    def create_index(
        self, collection: str, keys: Sort, unique: bool = False, background: bool = True
    ) -> None:
        paths = tuple(tuple(name.split(".")) for name, _ in keys)
        self._define(Index(collection, paths, unique).statement(self.schema))

    def _define(self, statement: str) -> None:
        if self._ddl_connect is None:
            with self.connection() as connection:
                connection.execute(cast(Any, statement))
            return
        import psycopg

        from velt_py.selfhosting.stores.postgresql_errors import translated

        try:
            with self._ddl_connect() as connection:
                connection.execute(statement)
        except psycopg.Error as error:
            raise translated(error) from None

    def get_collection(self, collection: str) -> PostgresTable:
        return PostgresTable(self, collection)

    def store(self, settings: Settings) -> Store:
        from velt_py.selfhosting.stores.postgresql import PostgreSQLStore

        return PostgreSQLStore.over(self.pool, self.schema, settings.collections, manages_schema(settings))

    def __repr__(self) -> str:
        return f"<PostgresAdapter {self.schema}>"

"""Records in a SQLite file: the embedded default.

Write-ahead log; every write in one immediate transaction, so that of two writers the second sees what the first
stored. Tables have a rowid: without one SQLite ignores the secondary indexes until somebody runs ANALYZE.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import (
    Any,
    Dict,
    FrozenSet,
    Generator,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

from velt_py.exceptions import VeltDatabaseError, VeltDatabaseUnavailableError
from velt_py.selfhosting.answers import dumps_checked
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import (
    Delete,
    FindUsers,
    Organizations,
    Read,
    Record,
    Replace,
    Save,
    SaveUser,
    Scan,
)
from velt_py.selfhosting.records import Kind, collection_of, kinds_of, with_kind
from velt_py.selfhosting.stores.base import NoTable, Store, failure
from velt_py.selfhosting.stores.sqlite_connections import Connections, FileConnection
from velt_py.selfhosting.stores.sqlite_rows import fetched, records_of, scanned
from velt_py.selfhosting.stores.texts import NOBODY, changed_rows, indexed, stored_document, user_row
from velt_py.selfhosting.users import chosen, selected

__all__ = ["SQLiteStore"]

OLDEST = (3, 24, 0)
"""Upserts came with 3.24."""


def quoted(name: str) -> str:
    """A name as SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def table_statements(table: str) -> List[str]:
    """The statements that make the table of one collection and its indexes."""
    name = quoted(table)
    return [
        f"CREATE TABLE IF NOT EXISTS {name} ("
        "organization TEXT NOT NULL, id TEXT NOT NULL, document TEXT, folder TEXT, "
        "version INTEGER NOT NULL DEFAULT 1, updated_at INTEGER NOT NULL, "
        "data TEXT NOT NULL CHECK (json_valid(data)), UNIQUE (organization, id))",
        f"CREATE INDEX IF NOT EXISTS {quoted('ix_' + table + '_document')} "
        f"ON {name} (organization, document) WHERE document IS NOT NULL",
        f"CREATE INDEX IF NOT EXISTS {quoted('ix_' + table + '_folder')} "
        f"ON {name} (organization, folder) WHERE folder IS NOT NULL",
    ]


class SQLiteStore(Store):
    """Records in one SQLite file.

    Args:
        path: the file; made when it is missing. `:memory:` is refused, use the memory store.
        collections: the tables' names by kind, as in the configuration.
        timeout: seconds to wait for another writer before `VeltDatabaseUnavailableError`.
        manage_schema: make missing tables at the first plan.
    """

    def __init__(
        self, path: str, collections: Mapping[str, str], timeout: float = 10.0, manage_schema: bool = True
    ) -> None:
        self._collections = collections
        self._timeout = timeout
        self._manage_schema = manage_schema
        self._connections = Connections(os.path.abspath(path), timeout)

    # Connections

    @contextmanager
    def _reading(self) -> Generator[FileConnection, None, None]:
        """A connection for reading; errors of the driver leave as ours."""
        with self._driver(), self._connections.borrow() as connection:
            self._check(connection)
            yield connection

    @contextmanager
    def _writing(self) -> Generator[FileConnection, None, None]:
        """A connection in a transaction of its own; errors of the driver leave as ours."""
        with self._driver(), self._connections.borrow_writer(self._check) as connection:
            yield connection

    def _check(self, connection: FileConnection) -> None:
        """At a connection's first plan: is SQLite new enough, are the tables there?"""
        kinds = len(kinds_of(self._collections))
        if connection.checked == kinds:
            return
        require_sqlite(connection)
        if self._manage_schema and self._missing(connection):
            self._make_schema(connection)
        connection.checked = kinds

    def _make_schema(self, connection: FileConnection) -> List[str]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have made them while this one waited for its turn.
            missing = self._missing(connection)
            statements = [s for s in self.schema() if any(quoted(name) + " " in s for name in missing)]
            for statement in statements:
                connection.execute(statement)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return statements

    @contextmanager
    def _driver(self) -> Generator[None, None, None]:
        try:
            yield
        except TimeoutError as error:
            raise self._locked(error, str(error)) from None
        except sqlite3.OperationalError as error:
            reason = str(error)
            if "locked" in reason or "busy" in reason:
                raise self._locked(error, reason) from None
            if "no such table" in reason:
                problem = "a table is missing in the SQLite file; run `velt schema apply`"
                raise failure(error, problem, reason=reason, kind=NoTable) from None
            if "unable to open" in reason:
                problem = (
                    "the SQLite file cannot be opened; check `database.path` and its folder's permissions"
                )
                raise failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError) from None
            raise failure(error, reason=reason) from None
        except sqlite3.Error as error:
            raise failure(error, reason=str(error)) from None

    def _locked(self, error: BaseException, reason: str) -> VeltDatabaseError:
        problem = f"another writer held the SQLite file for more than {self._timeout:g} seconds; try again"
        return failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError)

    def _table(self, kind: Kind) -> str:
        return quoted(self._collections[kind.name])

    # Plans

    def take_up(self, kind: Kind) -> None:
        self._collections = with_kind(self._collections, kind)

    def read(self, plan: Read) -> List[Record]:
        sql, values = self.read_statement(plan)
        with self._reading() as connection:
            return records_of(fetched(connection, sql, values), plan.kind)

    def read_statement(self, plan: Read) -> Tuple[str, List[Any]]:
        """The statement and values of a `Read`; apart, so that tests can ask for its query plan."""
        sql = (
            "SELECT id, CASE WHEN json_valid(data) THEN data END "
            f"FROM {self._table(plan.kind)} WHERE organization = ?"
        )
        values: List[Any] = [plan.scope.organization]
        if plan.ids is not None:
            sql += " AND id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(plan.ids))
        if plan.documents is not None:
            sql += " AND document IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(plan.documents))
        if plan.folder is not None:
            sql += " AND folder = ?"
            values.append(plan.folder)
        return sql, values

    def save(self, plan: Save) -> int:
        organization = plan.scope.organization
        with self._writing() as connection:
            stored = self._stored(connection, plan.kind, organization, [c.id for c in plan.changes])
            rows = changed_rows(plan.changes, stored, plan.merges, plan.kind)
            self._write(connection, plan.kind, organization, rows)
        return len(plan.changes) - len(stored)

    def _stored(
        self, connection: sqlite3.Connection, kind: Kind, organization: str, ids: Sequence[str]
    ) -> Dict[str, str]:
        found_rows = connection.execute(
            f"SELECT id, data FROM {self._table(kind)} "
            "WHERE organization = ? AND id IN (SELECT value FROM json_each(?))",
            (organization, json.dumps(ids)),
        )
        return dict(found_rows.fetchall())

    def _write(
        self,
        connection: sqlite3.Connection,
        kind: Kind,
        organization: str,
        rows: Iterable[Tuple[str, Mapping[str, Any], str]],
    ) -> None:
        now = int(time.time() * 1000)
        connection.executemany(
            f"INSERT INTO {self._table(kind)} (organization, id, document, folder, updated_at, data) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (organization, id) DO UPDATE SET "
            "document = excluded.document, folder = excluded.folder, updated_at = excluded.updated_at, "
            "data = excluded.data, version = version + 1",
            (
                (
                    organization,
                    id,
                    indexed(document, kind.document),
                    indexed(document, kind.folder),
                    now,
                    text,
                )
                for id, document, text in rows
            ),
        )

    def delete(self, plan: Delete) -> int:
        with self._writing() as connection:
            return connection.execute(
                f"DELETE FROM {self._table(plan.kind)} "
                "WHERE organization = ? AND id IN (SELECT value FROM json_each(?))",
                (plan.scope.organization, json.dumps(plan.ids)),
            ).rowcount

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        sql, values = self.find_statement(plan)
        with self._reading() as connection:
            rows = fetched(connection, sql, values)
        return selected([row for row in (user_row(*each) for each in rows) if row is not None], plan)

    def find_statement(self, plan: FindUsers) -> Tuple[str, List[Any]]:
        """The statement and values of a `FindUsers`: rows that may fit, `selected` decides."""
        sql = (
            "SELECT rowid, CASE WHEN json_valid(data) THEN data END "
            f"FROM {self._table(plan.kind)} WHERE organization IN (?, '{NOBODY}')"
        )
        if plan.by_id:
            sql += " AND id IN (SELECT value FROM json_each(?))"
        else:
            # Any column may be asked for; SQLite narrows down to rows that hold a value at all.
            sql += (
                " AND EXISTS (SELECT 1 FROM json_tree(CASE WHEN json_valid(data) THEN data ELSE 'null' END)"
                " AS leaf WHERE CAST(leaf.atom AS TEXT) IN (SELECT value FROM json_each(?)))"
            )
        return sql, [plan.scope.organization, json.dumps(plan.values)]

    def save_user(self, plan: SaveUser) -> int:
        table, organization = self._table(plan.kind), plan.scope.organization
        with self._writing() as connection:
            candidates = connection.execute(
                f"SELECT organization, data FROM {table} WHERE organization IN (?, '{NOBODY}') AND id = ?",
                (organization, plan.change.id),
            ).fetchall()
            rows = [(owner, stored_document(text, plan.kind)) for owner, text in candidates]
            row = chosen([document for _, document in rows], plan)
            document = plan.initial.document
            if row is not None:
                organization = next(owner for owner, each in rows if each is row)
                document = merged(row, plan.change.document, plan.merges)
            else:
                # A row of ours with another column for the id, from before `user_schema` was changed.
                for each in [each for owner, each in rows if owner == organization]:
                    row, document = each, merged(each, document, plan.merges)
            self._write(
                connection, plan.kind, organization, [(plan.change.id, document, dumps_checked(document))]
            )
        return 1 if row is None else 0

    def organizations(self, plan: Organizations) -> List[str]:
        with self._reading() as connection:
            table = self._table(plan.kind) if not plan.kind.on_demand else self._found(connection, plan.kind)
            if table is None:
                return []
            rows = connection.execute(
                f"SELECT DISTINCT organization FROM {table} ORDER BY organization"
            ).fetchall()
        return sorted(name for (name,) in rows if name != NOBODY)

    def _found(self, connection: FileConnection, kind: Kind) -> Optional[str]:
        """The table of a kind that may not be in use."""
        name = collection_of(self._collections, kind)
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        there = name is not None and connection.execute(sql, (name,)).fetchone() is not None
        return quoted(name) if name is not None and there else None

    def scan(self, plan: Scan) -> List[Record]:
        sql = (
            "SELECT id, CASE WHEN json_valid(data) THEN data END "
            f"FROM {self._table(plan.kind)} WHERE organization = ? AND id > ? ORDER BY id LIMIT ?"
        )
        with self._reading() as connection:
            values = [plan.scope.organization, plan.after or "", plan.limit]
            return scanned(fetched(connection, sql, values, "surrogateescape"), plan.kind)

    def replace(self, plan: Replace) -> FrozenSet[str]:
        table, organization = self._table(plan.kind), plan.scope.organization
        replaced: List[str] = []
        with self._writing() as connection:
            for before, after in plan.swaps:
                same = connection.execute(
                    f"SELECT 1 FROM {table} WHERE organization = ? AND id = ? AND data = ?",
                    (organization, before.id, before.body),
                ).fetchone()
                if same is None:
                    continue
                replaced.append(before.id)
                if after is None:
                    connection.execute(
                        f"DELETE FROM {table} WHERE organization = ? AND id = ?", (organization, before.id)
                    )
                else:
                    row = (before.id, after, dumps_checked(after))
                    self._write(connection, plan.kind, organization, [row])
        return frozenset(replaced)

    def ping(self) -> None:
        with self._driver(), self._connections.borrow() as connection:
            connection.execute("SELECT 1").fetchone()

    def close(self) -> None:
        self._connections.close()

    def retire(self) -> None:
        """Close, and from now on keep nothing open between two plans."""
        self._connections.retire()

    # Schema

    def schema(self) -> Sequence[str]:
        return [
            statement
            for kind in kinds_of(self._collections)
            for statement in table_statements(self._collections[kind.name])
        ]

    def _missing(self, connection: sqlite3.Connection) -> List[str]:
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        missing: List[str] = []
        for kind in kinds_of(self._collections):
            table = self._collections[kind.name]
            for name in (table, f"ix_{table}_document", f"ix_{table}_folder"):
                if name not in there:
                    missing.append(name)
        return missing

    def missing_schema(self) -> Sequence[str]:
        with self._driver(), self._connections.borrow() as connection:
            return [f"missing: {name}" for name in self._missing(connection)]

    def apply_schema(self) -> Sequence[str]:
        with self._driver(), self._connections.borrow() as connection:
            require_sqlite(connection)
            return self._make_schema(connection) if self._missing(connection) else []


def require_sqlite(connection: sqlite3.Connection) -> None:
    """Refuse a SQLite that cannot do what the statements need, naming what is missing."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < OLDEST:
        raise VeltDatabaseError(
            f"SQLite {version} is too old: the store needs 3.24 or later with its JSON functions"
        )
    try:
        connection.execute("SELECT json_valid('{}')").fetchone()
    except sqlite3.OperationalError:
        raise VeltDatabaseError(
            f"SQLite {version} was built without its JSON functions; use 3.38 or later, which always has them"
        ) from None

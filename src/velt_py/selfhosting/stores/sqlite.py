"""Records in a SQLite file: the embedded default.

One connection per thread, never used across a fork; write-ahead log; every write in one immediate transaction, so
that of two writers the second sees what the first stored. Tables have a rowid: without one SQLite ignores the
secondary indexes until somebody runs ANALYZE.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from velt_py.exceptions import VeltDatabaseError, VeltDatabaseUnavailableError, VeltSchemaError
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import Change, Delete, FindUsers, Organizations, Read, Record, Save, SaveUser
from velt_py.selfhosting.records import KINDS, Kind, Path, value_at
from velt_py.selfhosting.stores.base import Store, failure
from velt_py.selfhosting.users import found, spelled_id

__all__ = ["SQLiteStore"]

logger = logging.getLogger("velt_py.selfhosting.stores.sqlite")

OLDEST = (3, 24, 0)
"""Upserts came with 3.24."""

_foreign: List[sqlite3.Connection] = []
"""Connections that a forked child inherited. They are kept from being closed: closing one here would drop the
locks that SQLite keeps for the parent's file."""


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
        manage_schema: make missing tables when the file is opened.
    """

    def __init__(
        self, path: str, collections: Mapping[str, str], timeout: float = 10.0, manage_schema: bool = True
    ) -> None:
        self._path = os.path.abspath(path)
        self._collections = collections
        self._timeout = timeout
        self._manage_schema = manage_schema
        self._local = threading.local()
        self._open: Set[sqlite3.Connection] = set()
        self._lock = threading.Lock()
        self._pid = os.getpid()

    # Connections

    def _connection(self) -> sqlite3.Connection:
        if self._pid != os.getpid():
            self._leave_parent()
        connection: Optional[sqlite3.Connection] = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._lock:
                self._open.add(connection)
        return connection

    def _leave_parent(self) -> None:
        _foreign.extend(self._open)
        self._lock = threading.Lock()
        self._open = set()
        self._local = threading.local()
        self._pid = os.getpid()

    def _connect(self) -> sqlite3.Connection:
        if sqlite3.sqlite_version_info < OLDEST:
            raise VeltDatabaseError(
                f"SQLite {sqlite3.sqlite_version} is too old: this store needs 3.24 or later with JSON functions"
            )
        # Closing from another thread is allowed; each connection is used by its own thread only.
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            if self._manage_schema:
                self._make_schema(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_schema(self, connection: sqlite3.Connection) -> None:
        if self._missing(connection):
            for statement in self.schema():
                connection.execute(statement)

    @contextmanager
    def _driver(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread; its errors leave as ours."""
        try:
            yield self._connection()
        except sqlite3.OperationalError as error:
            reason = str(error)
            if "locked" in reason or "busy" in reason:
                problem = (
                    f"another writer held the SQLite file for more than {self._timeout:g} seconds; try again"
                )
                raise failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError) from None
            if "no such table" in reason:
                problem = "a table is missing in the SQLite file; run `velt schema apply`"
                raise failure(error, problem, reason=reason, kind=VeltSchemaError) from None
            if "unable to open" in reason:
                problem = (
                    "the SQLite file cannot be opened; check `database.path` and its folder's permissions"
                )
                raise failure(error, problem, reason=reason, kind=VeltDatabaseUnavailableError) from None
            raise failure(error, reason=reason) from None
        except sqlite3.Error as error:
            raise failure(error, reason=str(error)) from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._driver() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _table(self, kind: Kind) -> str:
        return quoted(self._collections[kind.name])

    # Plans

    def read(self, plan: Read) -> List[Record]:
        sql, values = self.read_statement(plan)
        with self._driver() as connection:
            rows = connection.execute(sql, values).fetchall()
        records: List[Record] = []
        for id, body in rows:
            if body is None:
                logger.error("velt.record.unreadable", extra={"velt_record": id})
            else:
                records.append(Record(id, body))
        return records

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
        with self._writing() as connection:
            stored = self._stored(
                connection, plan.kind, plan.scope.organization, [c.id for c in plan.changes]
            )
            rows: List[Tuple[Change, Optional[str]]] = [
                (change, stored.get(change.id)) for change in plan.changes
            ]
            self._write(
                connection,
                plan.kind,
                plan.scope.organization,
                [
                    (change.id, change.document, change.text)
                    if text is None
                    else _merged_row(change, text, plan)
                    for change, text in rows
                ],
            )
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
        rows: Sequence[Tuple[str, Mapping[str, Any], str]],
    ) -> None:
        now = int(time.time() * 1000)
        connection.executemany(
            f"INSERT INTO {self._table(kind)} (organization, id, document, folder, updated_at, data) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (organization, id) DO UPDATE SET "
            "document = excluded.document, folder = excluded.folder, updated_at = excluded.updated_at, "
            "data = excluded.data, version = version + 1",
            [
                (
                    organization,
                    id,
                    _indexed(document, kind.document),
                    _indexed(document, kind.folder),
                    now,
                    text,
                )
                for id, document, text in rows
            ],
        )

    def delete(self, plan: Delete) -> int:
        with self._writing() as connection:
            return connection.execute(
                f"DELETE FROM {self._table(plan.kind)} "
                "WHERE organization = ? AND id IN (SELECT value FROM json_each(?))",
                (plan.scope.organization, json.dumps(plan.ids)),
            ).rowcount

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        sql = f"SELECT data FROM {self._table(plan.kind)} WHERE organization = ? AND json_valid(data)"
        values = (plan.scope.organization, json.dumps(plan.values))
        if plan.by_id:
            sql += " AND id IN (SELECT value FROM json_each(?))"
        else:
            # Any column may be asked for; SQLite narrows down to rows that hold a value at all, `found` decides.
            sql += (
                " AND EXISTS (SELECT 1 FROM json_tree(data) AS leaf"
                " WHERE leaf.atom IN (SELECT value FROM json_each(?)))"
            )
        with self._driver() as connection:
            rows = [loads(text) for (text,) in connection.execute(sql, values)]
        return [row for row in rows if found(row, plan)]

    def save_user(self, plan: SaveUser) -> int:
        organization = plan.scope.organization
        with self._writing() as connection:
            text = self._stored(connection, plan.kind, organization, [plan.change.id]).get(plan.change.id)
            if text is None:
                row = (plan.initial.id, plan.initial.document, plan.initial.text)
            else:
                document = merged(loads(text), plan.change.document, plan.merges)
                row = (plan.change.id, document, dumps(document))
            self._write(connection, plan.kind, organization, [row])
        return 1 if text is None else 0

    def organizations(self, plan: Organizations) -> List[str]:
        with self._driver() as connection:
            rows = connection.execute(
                f"SELECT DISTINCT organization FROM {self._table(plan.kind)} ORDER BY organization"
            ).fetchall()
        return [name for (name,) in rows]

    def ping(self) -> None:
        with self._driver() as connection:
            connection.execute("SELECT 1").fetchone()

    def close(self) -> None:
        if self._pid != os.getpid():
            self._leave_parent()
        with self._lock:
            connections, self._open = self._open, set()
            self._local = threading.local()
        for connection in connections:
            connection.close()

    # Schema

    def schema(self) -> Sequence[str]:
        return [statement for kind in KINDS for statement in table_statements(self._collections[kind.name])]

    def _missing(self, connection: sqlite3.Connection) -> List[str]:
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        missing: List[str] = []
        for kind in KINDS:
            table = self._collections[kind.name]
            for name in (table, f"ix_{table}_document", f"ix_{table}_folder"):
                if name not in there:
                    missing.append(name)
        return missing

    def missing_schema(self) -> Sequence[str]:
        with self._driver() as connection:
            return [f"missing: {name}" for name in self._missing(connection)]

    def apply_schema(self) -> Sequence[str]:
        with self._driver() as connection:
            missing = self._missing(connection)
            statements = [s for s in self.schema() if any(quoted(name) + " " in s for name in missing)]
            for statement in statements:
                connection.execute(statement)
        return statements


def _indexed(document: Mapping[str, Any], path: Optional[Path]) -> Optional[str]:
    return (spelled_id(value_at(document, path)) or None) if path is not None else None


def _merged_row(change: Change, text: str, plan: Save) -> Tuple[str, Dict[str, Any], str]:
    try:
        stored = loads(text)
    except ValueError as error:
        problem = (
            f"{plan.kind.name}: the stored record is damaged and was left as it is; restore or delete it"
        )
        raise failure(error, problem, reason="unreadable JSON") from None
    document = merged(stored, change.document, plan.merges)
    return change.id, document, dumps(document)

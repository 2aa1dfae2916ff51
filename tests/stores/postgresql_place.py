"""A place of its own in PostgreSQL, and plans to try there."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any, Dict, List, Mapping

import psycopg

from velt_py.config import DatabaseSettings
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.plans import Change, MapMerge, Read, Save, SaveUser
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.postgresql import PostgreSQLStore
from velt_py.settings import COLLECTIONS

ONE, TWO = Scope("one"), Scope("two")


class Place:
    """A schema of its own in the server, and stores over it."""

    def __init__(self, url: str) -> None:
        self.schema = f"store_{uuid.uuid4().hex[:12]}"
        self.settings = DatabaseSettings("postgresql", connection_string=url, schema=self.schema, timeout=5.0)
        self.connection = psycopg.connect(url, autocommit=True)
        self._stores: List[PostgreSQLStore] = []

    def store(self, collections: Mapping[str, str] = COLLECTIONS, **changes: Any) -> PostgreSQLStore:
        store = PostgreSQLStore(dataclasses.replace(self.settings, **changes), collections)
        self._stores.append(store)
        return store

    def sql(self, statement: str, *values: Any) -> List[Any]:
        cursor = self.connection.execute(statement.replace("@", f'"{self.schema}".').encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def indexes(self, table: str) -> List[str]:
        rows = self.sql(
            "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = %s", self.schema, table
        )
        return sorted(name for (name,) in rows)

    def close(self) -> None:
        for store in self._stores:
            store.close()
        self.sql(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')
        self.connection.close()


def change(id: str, scope: Scope = ONE, **fields: Any) -> Change:
    document: Dict[str, Any] = {"annotationId": id, **fields}
    document["metadata"] = {"organizationId": scope.organization, **fields.get("metadata", {})}
    return Change(id, document, dumps(document))


def save(id: str, scope: Scope = ONE, **fields: Any) -> Save:
    return Save(
        COMMENTS, scope, (change(id, scope, **fields),), (MapMerge("metadata"), MapMerge("comments", True))
    )


def texts(store: PostgreSQLStore, scope: Scope = ONE) -> Dict[str, Any]:
    return {id: loads(str(body)) for id, body in store.run(Read(COMMENTS, scope))}


def user_save(id: Any, scope: Scope = ONE, **row: Any) -> SaveUser:
    changed = {"userId": id, **row}
    initial = {**changed, "organizationId": scope.organization}
    return SaveUser(
        scope,
        ("userId",),
        (("organizationId",),),
        Change(str(id), changed, dumps(changed)),
        Change(str(id), initial, dumps(initial)),
    )

"""What the tests of the MongoDB store share: a database of their own, plans in few words, and an ear on the wire."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional, Tuple

from pymongo import MongoClient
from pymongo.monitoring import CommandListener

from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.merge import map_merges
from velt_py.selfhosting.plans import Change, FindUsers, MapMerge, Read, Save, SaveUser
from velt_py.selfhosting.records import COMMENTS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.mongodb import MongoDBStore
from velt_py.settings import COLLECTIONS, DatabaseSettings

__all__ = [
    "Wire",
    "change",
    "find_users",
    "place",
    "read",
    "save",
    "save_user",
    "settings_of",
    "store_of",
    "thread",
    "together",
]


class Wire(CommandListener):
    """The commands that a client sent."""

    def __init__(self) -> None:
        self.commands: List[Dict[str, Any]] = []

    @property
    def names(self) -> List[str]:
        return [next(iter(command)) for command in self.commands]

    def started(self, event: Any) -> None:
        self.commands.append(dict(event.command))

    def succeeded(self, event: Any) -> None:
        """Of no interest."""

    def failed(self, event: Any) -> None:
        """Of no interest."""


@contextmanager
def place(uri: str, wire: Optional[Wire] = None) -> Iterator[Any]:
    """A database that nobody else uses, dropped in the end."""
    client: Any = MongoClient(uri, event_listeners=[wire] if wire else [])
    database = client["velt_" + uuid.uuid4().hex[:12]]
    try:
        yield database
    finally:
        client.drop_database(database.name)
        client.close()


def settings_of(database: Any, uri: str, **more: Any) -> DatabaseSettings:
    return DatabaseSettings("mongodb", connection_string=uri, database_name=database.name, **more)


@contextmanager
def store_of(database: Any, uri: str, **more: Any) -> Iterator[MongoDBStore]:
    """A store with a client of its own on the same database."""
    store = MongoDBStore(settings_of(database, uri, **more), COLLECTIONS)
    try:
        yield store
    finally:
        store.close()


def thread(id: str, organization: str = "o", **more: Any) -> Dict[str, Any]:
    return {"annotationId": id, "metadata": {"organizationId": organization}, **more}


def change(id: str, document: Dict[str, Any]) -> Change:
    return Change(id, document, dumps(document))


def save(
    *documents: Dict[str, Any],
    organization: str = "o",
    kind: Kind = COMMENTS,
    merges: Optional[Tuple[MapMerge, ...]] = None,
) -> Save:
    changes = tuple(change(str(document[kind.id[0]]), document) for document in documents)
    return Save(kind, Scope(organization), changes, map_merges(kind) if merges is None else merges)


def save_user(id: str, row: Dict[str, Any], organization: str = "o", **more: Any) -> SaveUser:
    document = {"userId": id, **row}
    initial = {**document, "organizationId": organization}
    columns = more.pop("columns", (("organizationId",),))
    return SaveUser(
        Scope(organization), ("userId",), columns, change(id, document), change(id, initial), **more
    )


def find_users(*ids: str, organization: str = "o", columns: Any = (("organizationId",),)) -> FindUsers:
    return FindUsers(Scope(organization), (("userId",),), ids, columns)


def read(store: Any, organization: str = "o", **more: Any) -> Dict[str, Any]:
    """The threads of an organization by id."""
    return {record.id: record.body for record in store.run(Read(COMMENTS, Scope(organization), **more))}


def together(work: Any, count: int) -> None:
    ready = threading.Barrier(count)
    threads = [threading.Thread(target=work, args=(number, ready)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

"""The databases that the contenders work on: one each, made for a run and dropped after it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, Tuple
from urllib.parse import urlsplit, urlunsplit

from threads import GROWING, PER_DOCUMENT, growing
from wire import CountingProxy

__all__ = ["VARIABLES", "Database", "databases", "proxied"]

VARIABLES = {"postgresql": "POSTGRES_URL", "mongodb": "MONGODB_URI"}

TABLE = "comment_annotations"


class Database:
    """A database of one contender.

    Args:
        store: `postgresql`, `mongodb` or `sqlite`.
        address: URL of the server; for SQLite the file.
        name: the database's name on the server.
    """

    def __init__(self, store: str, address: str, name: str) -> None:
        self.store = store
        self.address = address
        self.name = name

    def grow(self, start: int, end: int, ask: Callable[[Dict[str, Any]], Dict[str, Any]]) -> None:
        """Store the threads with these numbers, the quick way: past the contender, where the server can.

        The documents are those that velt-py writes, so that every contender finds them.
        """
        GROWERS[self.store](self, start, end, ask)


@contextmanager
def databases(store: str, names: Tuple[str, ...]) -> Iterator[Dict[str, Database]]:
    """One fresh database for each of `names`."""
    run = uuid.uuid4().hex[:8]
    if store == "sqlite":
        shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = tempfile.mkdtemp(prefix="velt-benchmark-", dir=shared)
        try:
            yield {name: Database(store, os.path.join(folder, f"{name}.db"), name) for name in names}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    address = os.environ[VARIABLES[store]]
    made = {
        name: Database(store, address, f"velt_benchmark_{name.replace('-', '_')}_{run}") for name in names
    }
    for each in made.values():
        MAKERS[store](each)
    try:
        yield made
    finally:
        for each in made.values():
            DROPPERS[store](each)


@contextmanager
def proxied(database: Database) -> Iterator[Tuple[Database, CountingProxy]]:
    """The same database behind a proxy that counts round trips."""
    parts = urlsplit(database.address)
    login, at, place = parts.netloc.rpartition("@")
    host, _, port = place.split(",")[0].rpartition(":")
    with CountingProxy((host, int(port))) as proxy:
        behind = urlunsplit(parts._replace(netloc=f"{login}{at}127.0.0.1:{proxy.port}"))
        yield Database(database.store, behind, database.name), proxy


def postgresql(statement: str, address: str, database: str, *values: Any) -> None:
    import psycopg

    with psycopg.connect(address, dbname=database, autocommit=True) as connection:
        connection.execute(statement, values or None)


def make_postgresql(database: Database) -> None:
    postgresql(f"CREATE DATABASE {database.name}", database.address, "postgres")


def drop_postgresql(database: Database) -> None:
    postgresql(f"DROP DATABASE {database.name} WITH (FORCE)", database.address, "postgres")


def grow_postgresql(database: Database, start: int, end: int, ask: Any) -> None:
    model = json.dumps(growing(0))
    postgresql(
        f"INSERT INTO {TABLE} (data) SELECT jsonb_set(%s::jsonb || jsonb_build_object('annotationId', "
        f"'{GROWING}-' || n), '{{metadata,documentId}}', to_jsonb('document-' || n / {PER_DOCUMENT})) "
        "FROM generate_series(%s::int, %s::int) AS n",
        database.address,
        database.name,
        model,
        start,
        end - 1,
    )
    # What autovacuum does a minute later anyway: without it the planner takes a full table for an empty one.
    postgresql(f"ANALYZE {TABLE}", database.address, database.name)


def drop_mongodb(database: Database) -> None:
    from pymongo import MongoClient

    client: Any = MongoClient(database.address)
    client.drop_database(database.name)
    client.close()


def grow_mongodb(database: Database, start: int, end: int, ask: Any) -> None:
    from pymongo import MongoClient

    client: Any = MongoClient(database.address)
    for first in range(start, end, 10_000):
        some = [growing(number) for number in range(first, min(end, first + 10_000))]
        client[database.name][TABLE].insert_many(some, ordered=False)
    client.close()


def grow_sqlite(database: Database, start: int, end: int, ask: Any) -> None:
    ask({"do": "grow", "from": start, "to": end})


MAKERS: Dict[str, Callable[[Database], None]] = {
    "postgresql": make_postgresql,
    "mongodb": lambda database: None,
}
DROPPERS: Dict[str, Callable[[Database], None]] = {"postgresql": drop_postgresql, "mongodb": drop_mongodb}
GROWERS: Dict[str, Callable[..., None]] = {
    "postgresql": grow_postgresql,
    "mongodb": grow_mongodb,
    "sqlite": grow_sqlite,
}

"""Every store, behind one driver: each conformance test is written once and runs for all of them, sync and async."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from tests.django import project
from tests.stores.postgresql_place import Place
from velt_py.config import load_settings
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.plans import Plan
from velt_py.selfhosting.records import KINDS, ON_DEMAND
from velt_py.selfhosting.stores.opening import open_async_store, open_store
from velt_py.settings import Settings

STORES = ("memory", "sqlite", "sqlite_files", "postgresql", "mongodb", "django", "django_postgresql")
FLAVOURS = ("sync", "async")


class Loop:
    """An event loop that lives as long as a test, so that an async store keeps its connections between calls."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def __call__(self, awaitable: Any) -> Any:
        return self._loop.run_until_complete(awaitable)

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


class Driver:
    """A store, sync or async, as tests see it.

    Args:
        name: which store.
        flavour: `sync` or `async`.
        config: the configuration of a place of its own.
        seed: puts a users' row into the store past the SDK, as the customer's own code does.
    """

    def __init__(
        self, name: str, flavour: str, config: Dict[str, Any], seed: Callable[[Driver, Dict[str, Any]], None]
    ) -> None:
        self.name = name
        self.flavour = flavour
        suffix = uuid.uuid4().hex[:12]
        # Servers are shared by all tests, so every test has organizations and people of its own.
        self.one, self.two, self.person = f"one-{suffix}", f"two-{suffix}", f"u-{suffix}"
        self.config = config
        self.settings: Settings = load_settings(config, {})
        self._seed = seed
        self._clients: List[Client] = []
        self.loop = Loop() if flavour == "async" else None
        self.store: Any = (open_async_store if self.loop else open_store)(self.settings)

    def run(self, plan: Plan) -> Any:
        """The outcome of a plan."""
        return self.wait(self.store.run(plan))

    def wait(self, outcome: Any) -> Any:
        """The outcome of a call, awaited where that is needed."""
        return self.loop(outcome) if self.loop else outcome

    def close(self) -> None:
        self.wait(self.store.close())

    def seed_user(self, row: Dict[str, Any]) -> None:
        """A row in the users' collection that the SDK did not write."""
        self._seed(self, row)

    def sdk(self, **config: Any) -> Client:
        """An SDK of the same flavour over this store's place."""
        client = Client(self, {**self.config, **config})
        self._clients.append(client)
        return client

    def end(self) -> None:
        for client in self._clients:
            client.close()
        self.close()
        if self.loop:
            self.loop.close()


class Client:
    """An SDK whose operations answer at once, whichever flavour it has."""

    def __init__(self, driver: Driver, config: Dict[str, Any]) -> None:
        self._driver = driver
        settings = load_settings(config, {})
        self.sdk: Any = (AsyncVeltSDK if driver.loop else VeltSDK)(settings)
        if driver.name == "memory":
            # Memory is a place of its own per store, so the driver's is used.
            runner = self.sdk._runner
            runner._given = driver.store

    def call(self, operation: str, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        """Call an operation, for example `comments.getComments`."""
        service, _, method = operation.partition(".")
        made = getattr(getattr(self.sdk.selfHosting, service), method)
        answer: Dict[str, Any] = self._driver.wait(made(*args, **kwargs))
        return answer

    def data(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """What a call answers, which has to succeed."""
        answer = self.call(operation, *args, **kwargs)
        assert answer["success"] is True, answer
        return answer.get("data")

    def close(self) -> None:
        self._driver.wait(self.sdk.close())


RUN = uuid.uuid4().hex[:8]
NAMES = {kind.name: f"{kind.name[:12]}_{RUN}" for kind in (*KINDS, *ON_DEMAND)}
"""The collections of this run, made once."""


def _seed_memory(driver: Driver, row: Dict[str, Any]) -> None:
    from velt_py.selfhosting.answers import dumps
    from velt_py.selfhosting.records import USERS
    from velt_py.selfhosting.stores.memory import NOBODY, row_of

    store = getattr(driver.store, "store", driver.store)
    store._keep(USERS, NOBODY, {str(row.get("userId", uuid.uuid4().hex)): row_of(USERS, row, dumps(row))})


def _seed_sqlite(driver: Driver, row: Dict[str, Any]) -> None:
    import sqlite3

    from velt_py.selfhosting.answers import dumps

    store = getattr(driver.store, "store", driver.store)
    table = driver.settings.collections["users"]
    if driver.name == "sqlite_files":
        homes = [store._made(organization) for organization in (driver.one, driver.two)]
        paths = [store.path(organization) for organization in (driver.one, driver.two)]
    else:
        homes, paths = [store], [driver.config["database"]["path"]]
    for home in homes:
        home.apply_schema()
    for path in paths:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(
                f'INSERT INTO "{table}" (organization, id, updated_at, data) VALUES (?, ?, 0, ?)',
                ("", str(row.get("userId", uuid.uuid4().hex)), dumps(row)),
            )
        connection.close()


def _seed_postgresql(driver: Driver, row: Dict[str, Any]) -> None:
    import psycopg
    from psycopg.types.json import Jsonb

    store = open_store(driver.settings)
    store.apply_schema()
    store.close()
    table = driver.settings.collections["users"]
    with psycopg.connect(driver.config["database"]["connection_string"]) as connection:
        connection.execute(f'INSERT INTO "{table}" (data) VALUES (%s)', (Jsonb(row),))


def _seed_mongodb(driver: Driver, row: Dict[str, Any]) -> None:
    from pymongo import MongoClient

    database = driver.config["database"]
    client: Any = MongoClient(database["connection_string"])
    client[database["database_name"]][driver.settings.collections["users"]].insert_one(dict(row))
    client.close()


def _seed_django(driver: Driver, row: Dict[str, Any]) -> None:
    users = project.start().get_model("velt", "User").objects.using(driver.config["database"]["alias"])
    users.create(organization_id="", record_id=str(row.get("userId", uuid.uuid4().hex)), data=row)


SEEDS = {
    "memory": _seed_memory,
    "sqlite": _seed_sqlite,
    "sqlite_files": _seed_sqlite,
    "postgresql": _seed_postgresql,
    "mongodb": _seed_mongodb,
    "django": _seed_django,
    "django_postgresql": _seed_django,
}


def database_of(name: str, folder: Path, request: pytest.FixtureRequest) -> Dict[str, Any]:
    """The `database` block of a store. Servers are started when the first test asks for them."""
    if name == "memory":
        return {"type": "memory"}
    if name == "sqlite":
        return {"type": "sqlite", "path": str(folder / "velt.db")}
    if name == "sqlite_files":
        return {"type": "sqlite", "path": str(folder / "files" / "{organization}.db")}
    if name == "postgresql":
        return {"type": "postgresql", "connection_string": request.getfixturevalue("postgres_url")}
    if name == "django":
        project.start()
        return {"type": "django", "alias": "default"}
    if name == "django_postgresql":
        url = request.getfixturevalue("postgres_url")
        return {"type": "django", "alias": project.start_postgresql(url)}
    uri = request.getfixturevalue("mongodb_uri")
    return {"type": "mongodb", "connection_string": uri, "database_name": "velt_conformance"}


def _drivers() -> List[Any]:
    pairs = [(name, flavour) for name in STORES for flavour in FLAVOURS]
    return [pytest.param(pair, id="-".join(pair)) for pair in pairs]


@pytest.fixture(params=_drivers())
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """A store with nothing in it."""
    name, flavour = request.param
    made = Driver(name, flavour, config_of(name, tmp_path, request), SEEDS[name])
    yield made
    made.end()


def config_of(name: str, folder: Path, request: pytest.FixtureRequest) -> Dict[str, Any]:
    """A configuration whose collections no other run uses."""
    database = database_of(name, folder, request)
    # The tables of a Django app have names of their own.
    return {"database": database, **({} if database["type"] == "django" else {"collections": dict(NAMES)})}


@pytest.fixture
def place(postgres_url: str) -> Iterator[Place]:
    """A schema of its own in PostgreSQL."""
    made = Place(postgres_url)
    yield made
    made.close()

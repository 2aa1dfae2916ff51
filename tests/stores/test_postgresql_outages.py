"""A server that is down, silent, or back again: every operation ends in bounded time, and the next one works."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import multiprocessing
import os
import selectors
import socket
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List
from urllib.parse import urlsplit

import psycopg
import pytest

from velt_py.config import DatabaseSettings
from velt_py.exceptions import VeltDatabaseError, VeltDatabaseUnavailableError
from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.plans import Change, Delete, Read, Save
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.postgresql import PostgreSQLStore
from velt_py.selfhosting.stores.postgresql_async import AsyncPostgreSQLStore
from velt_py.selfhosting.stores.postgresql_errors import Connecting
from velt_py.selfhosting.stores.postgresql_pool import Patience
from velt_py.settings import COLLECTIONS

pytestmark = pytest.mark.servers

ONE = Scope("one")
QUICK: Dict[str, Any] = {"timeout": 0.5, "pool_timeout": 1.0, "connect_timeout": 2.0}


class Proxy:
    """A door to the server that can be shut (connections refused) or dead (nothing goes through any more)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{self.port}")
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._pairs: Dict[socket.socket, socket.socket] = {}
        self.dead = False
        self._ended = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ended:
            for key, _ in self._selector.select(0.05):
                if self._ended:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif not self.dead:
                    self._pass(key.fileobj)
            if self.dead:
                time.sleep(0.02)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(self._target)
        for here, there in ((client, server), (server, client)):
            self._pairs[here] = there
            self._selector.register(here, selectors.EVENT_READ)

    def _pass(self, here: Any) -> None:
        there = self._pairs.get(here)
        try:
            data = here.recv(65536)
            if data and there is not None:
                there.sendall(data)
                return
        except OSError:
            pass
        self._drop(here)

    def _drop(self, here: socket.socket) -> None:
        for each in (here, self._pairs.pop(here, None)):
            if each is not None and each.fileno() >= 0:
                self._pairs.pop(each, None)
                self._selector.unregister(each)
                each.close()

    def shut(self) -> None:
        """Refuse connections from now on, and cut the present ones."""
        self._ended = True
        self._thread.join()
        self._listener.close()
        for each in list(self._pairs):
            each.close()
        self._pairs.clear()

    def open_again(self) -> None:
        """Take connections once more, at the same port."""
        port = self.port
        self._listener = socket.create_server(("127.0.0.1", port))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._ended = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()


def save(id: str) -> Save:
    document = {"annotationId": id, "metadata": {"organizationId": "one"}}
    return Save(COMMENTS, ONE, (Change(id, document, dumps(document)),))


def ids(store: PostgreSQLStore) -> List[str]:
    return sorted(record.id for record in store.run(Read(COMMENTS, ONE)))


@pytest.fixture
def settings(postgres_url: str) -> Iterator[DatabaseSettings]:
    schema = f"outage_{uuid.uuid4().hex[:12]}"
    yield DatabaseSettings("postgresql", connection_string=postgres_url, schema=schema)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'.encode())


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    made = Proxy(postgres_url)
    yield made
    made.shut()


@pytest.fixture
def store(settings: DatabaseSettings) -> Iterator[PostgreSQLStore]:
    made = PostgreSQLStore(settings, COLLECTIONS)
    yield made
    made.close()


def behind(proxy: Proxy, settings: DatabaseSettings, **changes: Any) -> DatabaseSettings:
    return dataclasses.replace(settings, connection_string=proxy.url, **{**QUICK, **changes})


def test_a_server_that_is_down_ends_every_thread_in_the_time_of_one(
    settings: DatabaseSettings, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = dataclasses.replace(
        settings, connection_string="postgresql://me:secret@127.0.0.1:1/db", **QUICK
    )
    store = PostgreSQLStore(nowhere, COLLECTIONS)

    def ask(_: int) -> float:
        started = time.monotonic()
        with pytest.raises(VeltDatabaseUnavailableError) as caught:
            store.run(Read(COMMENTS, ONE))
        assert "secret" not in str(caught.value)
        return time.monotonic() - started

    with caplog.at_level(logging.ERROR, "velt_py"), ThreadPoolExecutor(12) as threads:
        assert max(threads.map(ask, range(12))) < 3.0
    store.close()
    reasons = [
        str(record.__dict__["velt_reason"]) for record in caplog.records if record.name.startswith("velt_py")
    ]
    assert len(reasons) == 12
    assert any("refused" in reason for reason in reasons)
    assert not any("secret" in reason for reason in reasons)


REFUSED = [
    ("password", {"password": "not-the-password"}, "database.password"),
    ("user", {"user": "nobody-we-know"}, "database.username"),
    ("database", {"dbname": "no-such-place"}, "database.database_name"),
]


@pytest.mark.parametrize("kind", ["blocking", "awaited"])
@pytest.mark.parametrize(("wrong", "told"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_a_server_that_refuses_us_is_not_waited_for(
    settings: DatabaseSettings, caplog: pytest.LogCaptureFixture, kind: str, wrong: Dict[str, str], told: str
) -> None:
    url = psycopg.conninfo.make_conninfo(settings.connection_string or "", **wrong)
    refused = dataclasses.replace(settings, connection_string=url, pool_timeout=300.0)

    async def awaited() -> None:
        store = AsyncPostgreSQLStore(refused, COLLECTIONS)
        try:
            await store.run(Read(COMMENTS, ONE))
        finally:
            await store.close()

    def blocking() -> None:
        store = PostgreSQLStore(refused, COLLECTIONS)
        try:
            store.run(Read(COMMENTS, ONE))
        finally:
            store.close()

    started = time.monotonic()
    with caplog.at_level(logging.INFO, "velt_py"), pytest.raises(VeltDatabaseUnavailableError) as caught:
        blocking() if kind == "blocking" else asyncio.run(awaited())
    assert time.monotonic() - started < 60
    assert told in caught.value.message
    (logged,) = [record for record in caplog.records if record.name.startswith("velt_py")]
    for text in (caught.value.message, str(logged.__dict__["velt_reason"])):
        assert "FATAL" not in caught.value.message
        assert not any(value in text for value in wrong.values())


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ('FATAL:  password authentication failed for user "a b"', True),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "a", database "b", no encryption', True),
        ('FATAL:  role "a" is not permitted to log in', True),
        ("fe_sendauth: no password supplied", True),
        ("FATAL:  the database system is starting up", False),
        ("FATAL:  the database system is shutting down", False),
        ("FATAL:  the database system is in recovery mode", False),
        ("FATAL:  sorry, too many clients already", False),
        ("Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?", False),
        ('could not translate host name "authentication failed" to address', False),
    ],
)
def test_only_a_server_that_will_never_have_us_counts_as_refusing(said: str, refused: bool) -> None:
    connecting = Connecting()
    connecting.failed(psycopg.OperationalError(f'connection to server at "h", port 5432 failed: {said}'))
    assert (connecting.refusal is not None) is refused
    assert Patience(60.0, connecting).is_over() is refused
    connecting.done()
    assert not Patience(60.0, connecting).is_over()


def test_a_server_that_is_back_is_found_again(proxy: Proxy, settings: DatabaseSettings) -> None:
    store = PostgreSQLStore(behind(proxy, settings), COLLECTIONS)
    store.run(save("a"))
    proxy.shut()
    for _ in range(2):
        with pytest.raises(VeltDatabaseUnavailableError):
            store.run(save("b"))
    proxy.open_again()
    deadline = time.monotonic() + 10
    while True:
        try:
            store.run(save("c"))
            break
        except VeltDatabaseUnavailableError:
            assert time.monotonic() < deadline
    assert set(ids(store)) >= {"a", "c"}
    store.close()


@pytest.mark.parametrize("plan", [Read(COMMENTS, ONE), save("a")])
def test_a_server_that_says_nothing_ends_an_operation_in_bounded_time(
    proxy: Proxy, settings: DatabaseSettings, plan: Any
) -> None:
    store = PostgreSQLStore(behind(proxy, settings), COLLECTIONS)
    store.run(save("a"))
    proxy.dead = True
    started = time.monotonic()
    with pytest.raises(VeltDatabaseUnavailableError):
        store.run(plan)
    assert time.monotonic() - started < 4.0
    proxy.dead = False
    assert ids(store) == ["a"]
    store.close()


async def test_a_server_that_says_nothing_ends_an_awaited_operation_in_bounded_time(
    proxy: Proxy, settings: DatabaseSettings
) -> None:
    store = AsyncPostgreSQLStore(behind(proxy, settings), COLLECTIONS)
    await store.run(save("a"))
    proxy.dead = True
    started = time.monotonic()
    with pytest.raises(VeltDatabaseUnavailableError):
        await store.run(save("b"))
    assert time.monotonic() - started < 4.0
    proxy.dead = False
    assert await store.run(save("c")) == 1
    await store.close()


async def test_awaited_operations_on_a_server_that_is_down_do_not_wait_for_each_other(
    settings: DatabaseSettings,
) -> None:
    nowhere = dataclasses.replace(settings, connection_string="postgresql://127.0.0.1:1/db", **QUICK)
    store = AsyncPostgreSQLStore(nowhere, COLLECTIONS)
    started = time.monotonic()
    outcomes = await asyncio.gather(
        *[store.run(Read(COMMENTS, ONE)) for _ in range(30)], return_exceptions=True
    )
    assert all(isinstance(outcome, VeltDatabaseUnavailableError) for outcome in outcomes)
    assert time.monotonic() - started < 3.0
    await store.close()


@pytest.mark.parametrize("plan", [Read(COMMENTS, ONE), save("b"), Delete(COMMENTS, ONE, ("a",))])
def test_connections_that_the_server_ended_are_not_handed_out(
    settings: DatabaseSettings, store: PostgreSQLStore, plan: Any
) -> None:
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(store.run, [save("a")] * 20))
    # Only the store's own: processes of tests share the server.
    idle = [each.info.backend_pid for each in store.pool._pool]
    assert idle
    with psycopg.connect(settings.connection_string or "", autocommit=True) as connection:
        for pid in idle:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    store.run(plan)  # which would raise


def test_a_statement_that_waits_for_a_lock_ends_in_time_and_leaves_the_connection_usable(
    settings: DatabaseSettings,
) -> None:
    store = PostgreSQLStore(dataclasses.replace(settings, timeout=0.5, pool_max_size=1), COLLECTIONS)
    store.run(save("a"))
    with psycopg.connect(settings.connection_string or "") as other:
        other.execute(f'LOCK TABLE "{settings.schema}".comment_annotations'.encode())
        started = time.monotonic()
        with pytest.raises(VeltDatabaseUnavailableError):
            store.run(Read(COMMENTS, ONE))
        assert time.monotonic() - started < 1.5
    assert ids(store) == ["a"]
    store.close()


def test_a_pool_that_is_used_up_ends_the_wait_in_time(settings: DatabaseSettings) -> None:
    store = PostgreSQLStore(dataclasses.replace(settings, pool_timeout=0.5, pool_max_size=1), COLLECTIONS)
    store.run(save("a"))
    with store.pool.connection(), pytest.raises(VeltDatabaseUnavailableError):
        store.run(Read(COMMENTS, ONE))
    assert ids(store) == ["a"]
    store.close()


def _in_child(store: PostgreSQLStore, pipe: Any) -> None:
    try:
        store.run(save("child"))
        pids = [connection.info.backend_pid for connection in [store.pool.getconn()]]
        store.close()
        pipe.send(pids)
    except BaseException as error:
        pipe.send(repr(error))
    finally:
        pipe.close()
        os._exit(0)


def test_a_forked_child_has_connections_of_its_own_and_leaves_those_of_its_parent(
    settings: DatabaseSettings,
) -> None:
    store = PostgreSQLStore(dataclasses.replace(settings, pool_max_size=1), COLLECTIONS)
    store.run(save("parent"))
    with store.pool.connection() as connection:
        before = connection.info.backend_pid
    forking = multiprocessing.get_context("fork")
    for _ in range(3):
        mine, theirs = forking.Pipe()
        child = forking.Process(target=_in_child, args=(store, theirs))
        child.start()
        assert mine.poll(20)
        answer = mine.recv()
        child.join(10)
        assert isinstance(answer, list), answer
        assert before not in answer
    assert ids(store) == ["child", "parent"]
    with store.pool.connection() as connection:
        assert connection.info.backend_pid == before
    store.close()


def test_no_text_of_a_record_or_of_the_driver_reaches_caller_or_log(
    settings: DatabaseSettings, store: PostgreSQLStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.run(save("a"))
    with psycopg.connect(settings.connection_string or "", autocommit=True) as connection:
        table = f'"{settings.schema}".comment_annotations'
        connection.execute(f"ALTER TABLE {table} ADD CHECK (data ->> 'annotationId' <> 'private')".encode())
        connection.execute(f"ALTER TABLE {table} ADD CHECK ((data ->> 'n')::int < 5)".encode())
    document = {"annotationId": "x", "n": "private words", "metadata": {"organizationId": "one"}}
    with caplog.at_level(logging.DEBUG):
        for plan in (save("private"), Save(COMMENTS, ONE, (Change("x", document, dumps(document)),))):
            with pytest.raises(VeltDatabaseError) as caught:
                store.run(plan)
            assert "private" not in str(caught.value)
            assert caught.value.correlation
    assert "private" not in caplog.text
    reasons = [
        record.__dict__["velt_reason"] for record in caplog.records if "velt_reason" in record.__dict__
    ]
    assert [reason.split()[0] for reason in reasons] == ["23514", "22P02"]
    assert not any("private" in reason for reason in reasons)

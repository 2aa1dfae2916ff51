"""MongoDB: what an operation ends with when the server, its indexes or the line to it are not as they should be."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import time
import uuid
from typing import Any, Iterator, List

import pytest
from mongodb_places import (
    Wire,
    find_users,
    place,
    read,
    save,
    save_user,
    settings_of,
    store_of,
    thread,
    together,
)

from tests.waiting import until
from velt_py.exceptions import (
    VeltConflictError,
    VeltDatabaseError,
    VeltDatabaseOperationError,
    VeltDatabaseUnavailableError,
    VeltSchemaError,
)
from velt_py.selfhosting.plans import Delete, Read
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.mongodb import MongoDBStore
from velt_py.selfhosting.stores.mongodb_async import AsyncMongoDBStore
from velt_py.settings import COLLECTIONS, DatabaseSettings

EVERYTHING = Read(COMMENTS, Scope("o"))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def database(mongodb_uri: str, wire: Wire) -> Iterator[Any]:
    with place(mongodb_uri, wire) as made:
        yield made


@pytest.fixture
def store(database: Any) -> MongoDBStore:
    return MongoDBStore.over(database, COLLECTIONS)


# Indexes


def test_indexes_are_made_once_at_the_first_use_in_one_round_trip(
    store: MongoDBStore, database: Any, wire: Wire
) -> None:
    for _ in range(2):
        store.run(save(thread("A")))
        read(store)
    assert wire.names == ["createIndexes", "update", "find", "update", "find"]
    assert list(database.comment_annotations.index_information()) == [
        "_id_",
        "metadata.organizationId_1_annotationId_1",
        "metadata.organizationId_1_metadata.documentId_1",
        "metadata.organizationId_1_metadata.folderId_1",
    ]


def test_no_index_is_made_where_the_schema_is_not_ours_to_manage(database: Any, mongodb_uri: str) -> None:
    with store_of(database, mongodb_uri, manage_schema=False) as store:
        store.run(save(thread("A")))
        assert list(database.comment_annotations.index_information()) == ["_id_"]
        assert len(store.missing_schema()) == 13
        assert len(store.apply_schema()) == 13
        assert store.missing_schema() == []
        assert store.apply_schema() == []
    assert "users" not in database.list_collection_names()


def test_the_published_index_is_named_hinted_at_and_taken_away_by_apply(
    store: MongoDBStore, database: Any
) -> None:
    database.comment_annotations.create_index("annotationId", unique=True)
    database.comment_annotations.create_index("metadata.apiKey")
    store.run(save(thread("A", text="secret"), thread("B")))
    with pytest.raises(VeltConflictError, match="velt schema apply") as refused:
        store.run(save(thread("A", "p"), thread("C", "p"), organization="p"))
    assert "secret" not in str(refused.value)
    assert set(read(store, "p")) == {"C"}
    assert any("annotationId_1" in line and "in the way" in line for line in store.missing_schema())
    applied = store.apply_schema()
    assert [line for line in applied if "dropIndex" in line] == [
        'db.getCollection("comment_annotations").dropIndex("annotationId_1")'
    ]
    assert "metadata.apiKey_1" in database.comment_annotations.index_information()
    assert store.missing_schema() == []
    assert store.run(save(thread("A", "p"), organization="p")) == 1
    assert read(store)["A"]["text"] == "secret"


def test_an_index_that_cannot_be_made_stops_no_operation_and_keeps_no_other_from_being_made(
    store: MongoDBStore, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    database.comment_annotations.insert_many([thread("A", text="secret"), thread("A")])
    with caplog.at_level(logging.WARNING):
        assert store.run(save(thread("B"))) == 1
        # A writer waits two seconds for them; a busy server takes longer, and makes them beside it.
        until(lambda: len(database.comment_annotations.index_information()) == 3)
    assert "velt.schema.failed" in caplog.text
    with pytest.raises(VeltSchemaError, match="two records"):
        store.apply_schema()
    # Both records of one id are gone when it is deleted.
    assert store.run(Delete(COMMENTS, Scope("o"), ("A",))) == 2
    assert len(store.apply_schema()) >= 1
    assert "secret" not in caplog.text


def test_an_index_that_takes_long_holds_no_writer_up_for_long(
    store: MongoDBStore, database: Any, mongodb_uri: str
) -> None:
    database.comment_annotations.insert_one(thread("A"))
    failpoint(database, "hangAfterSettingUpIndexBuild", "alwaysOn")
    try:
        started = time.monotonic()
        assert store.run(save(thread("B"))) == 1
        assert 1 < time.monotonic() - started < 8
        started = time.monotonic()
        assert set(read(store)) == {"A", "B"}
        assert time.monotonic() - started < 2
    finally:
        failpoint(database, "hangAfterSettingUpIndexBuild", "off")


def test_schema_prints_statements_without_a_server() -> None:
    store = MongoDBStore(
        DatabaseSettings("mongodb", connection_string=f"mongodb://{nowhere()}/x"), COLLECTIONS
    )
    statements = store.schema()
    first = '{"metadata.organizationId": 1, "annotationId": 1}, {"unique": true}'
    assert statements[0] == f'db.getCollection("comment_annotations").createIndex({first})'
    assert not any("users" in statement for statement in statements)


# The line to the server


def failpoint(database: Any, name: str, mode: Any, **data: Any) -> None:
    database.client.admin.command("configureFailPoint", name, mode=mode, **({"data": data} if data else {}))


def nowhere() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def down(**more: Any) -> DatabaseSettings:
    return DatabaseSettings(
        "mongodb", connection_string=f"mongodb://{nowhere()}/x", connect_timeout=0.4, timeout=0.8, **more
    )


def test_a_server_that_is_down_is_told_in_time_and_blocks_no_other_thread() -> None:
    store = MongoDBStore(down(), COLLECTIONS)
    took: List[float] = []
    asks = [lambda: store.run(save(thread("A"))), lambda: store.run(EVERYTHING), store.ping]

    def ask(number: int, ready: threading.Barrier) -> None:
        ready.wait(10)
        started = time.monotonic()
        with pytest.raises(VeltDatabaseUnavailableError) as failed:
            asks[number % 3]()
        if "127.0.0.1" not in str(failed.value):
            took.append(time.monotonic() - started)

    together(ask, 9)
    assert len(took) == 9
    assert max(took) < 5
    store.close()


async def test_a_server_that_is_down_is_told_in_time_to_an_async_caller_whose_loop_goes_on() -> None:
    store = AsyncMongoDBStore(down(), COLLECTIONS)
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.02)
            beats += 1

    beating = asyncio.ensure_future(heart())
    started = time.monotonic()
    for plan in (EVERYTHING, save(thread("A"))):
        with pytest.raises(VeltDatabaseUnavailableError):
            await store.run(plan)
    took = time.monotonic() - started
    beating.cancel()
    assert took < 9
    assert beats > took / 0.02 / 4
    await store.close()


def test_a_server_that_does_not_answer_is_given_up_in_time(database: Any, mongodb_uri: str) -> None:
    name = f"test-{uuid.uuid4().hex}"
    with store_of(database, mongodb_uri, timeout=0.4, application_name=name) as store:
        store.run(save(thread("A")))
        failpoint(
            database,
            "failCommand",
            {"times": 1},
            failCommands=["find"],
            appName=name,  # processes of tests share the server
            blockConnection=True,
            blockTimeMS=2000,
        )
        started = time.monotonic()
        try:
            with pytest.raises(VeltDatabaseUnavailableError):
                store.run(EVERYTHING)
            assert time.monotonic() - started < 1.8
        finally:
            failpoint(database, "failCommand", "off")

        def answers() -> bool:
            # The time can be too short on a busy machine.
            with contextlib.suppress(VeltDatabaseUnavailableError):
                return set(read(store)) == {"A"}
            return False

        until(answers)


@pytest.mark.parametrize("command", ["update", "find", "delete", "findAndModify"])
def test_a_broken_line_is_mended_without_the_caller(database: Any, mongodb_uri: str, command: str) -> None:
    name = f"test-{uuid.uuid4().hex}"
    with store_of(database, mongodb_uri, application_name=name) as store:
        store.run(save(thread("A"), thread("B")))
        broken = {"failCommands": [command], "appName": name, "closeConnection": True}
        failpoint(database, "failCommand", {"times": 2}, **broken)
        try:
            if command == "update":
                assert store.run(save(thread("A", x=1), thread("C"))) == 1
            elif command == "find":
                assert set(read(store)) == {"A", "B"}
            elif command == "delete":
                assert store.run(Delete(COMMENTS, Scope("o"), ("A",))) == 1
            else:
                assert store.run(save_user("u", {})) == 1
                assert len(store.run(find_users("u"))) == 1
        finally:
            failpoint(database, "failCommand", "off")


def test_what_the_server_says_stays_out_of_the_answer_and_out_of_the_log(
    store: MongoDBStore, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    rules = {"$jsonSchema": {"properties": {"text": {"maxLength": 3}}}}
    database.create_collection("comment_annotations", validator=rules)
    with pytest.raises(VeltDatabaseOperationError, match="validation rules") as failed:
        store.run(save(thread("A", text="secret")))
    assert failed.value.correlation in caplog.records[-1].velt_correlation  # type: ignore[attr-defined]
    assert caplog.records[-1].velt_reason.startswith("121")  # type: ignore[attr-defined]
    shown = str(failed.value) + "".join(
        str(vars(record)) for record in caplog.records if record.name[:4] == "velt"
    )
    assert "secret" not in shown


@pytest.mark.parametrize("uri", ["mongodb://u:hidden@h:port/x", "http://hidden"])
def test_a_connection_string_that_cannot_be_used_is_told_without_quoting_it(uri: str) -> None:
    store = MongoDBStore(DatabaseSettings("mongodb", connection_string=uri, database_name="x"), COLLECTIONS)
    for ask in (store.ping, lambda: store.run(save(thread("A")))):
        with pytest.raises(VeltDatabaseError, match="connection_string") as failed:
            ask()
        assert "hidden" not in str(failed.value)


def test_what_the_connection_string_says_goes_before_the_settings(database: Any, mongodb_uri: str) -> None:
    uri = mongodb_uri + "&" if "?" in mongodb_uri else mongodb_uri.rstrip("/") + "/?"
    settings = settings_of(database, uri + "maxPoolSize=3&w=0")
    store = MongoDBStore(settings, COLLECTIONS)
    assert store.run(save(thread("A"))) == 1
    assert store._source.database().client.options.pool_options.max_pool_size == 3
    store.close()

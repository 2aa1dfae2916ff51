"""MongoDB: several writers, event loops and processes at once."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any, List

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

from velt_py.selfhosting.plans import Read
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.mongodb_async import AsyncMongoDBStore
from velt_py.settings import COLLECTIONS


def test_two_first_saves_at_the_same_time_make_one_record_that_holds_both(mongodb_uri: str) -> None:
    with place(mongodb_uri) as database, store_of(database, mongodb_uri, pool_max_size=20) as store:
        store.run(save(thread("warm")))
        failures: List[BaseException] = []

        def writer(number: int, ready: threading.Barrier) -> None:
            try:
                for turn in range(20):
                    ready.wait(30)
                    mine = [
                        thread(f"T{turn}-{at}", comments={str(number): {"commentText": "x"}})
                        for at in range(5)
                    ]
                    store.run(save(*mine[:: 1 if number % 2 else -1]))
            except BaseException as error:
                failures.append(error)
                ready.abort()

        together(writer, 8)
        assert failures == []
        stored = read(store)
        assert len(stored) == 101
        assert all(len(document["comments"]) == 8 for id, document in stored.items() if id != "warm")
        assert database.comment_annotations.count_documents({}) == 101


async def test_an_async_store_serves_several_event_loops(mongodb_uri: str) -> None:
    with place(mongodb_uri) as database:
        store = AsyncMongoDBStore(settings_of(database, mongodb_uri), COLLECTIONS)
        await store.run(save(thread("A")))
        found: List[Any] = []

        async def other() -> None:
            found.extend(await store.run(Read(COMMENTS, Scope("o"))))
            await store.run(save(thread("B")))
            await store.close()

        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, lambda: asyncio.run(other()))
        assert [record.id for record in found] == ["A"]
        assert {record.id for record in await store.run(Read(COMMENTS, Scope("o")))} == {"A", "B"}
        await store.close()


async def test_an_async_save_of_any_size_is_one_round_trip(mongodb_uri: str) -> None:
    from pymongo import AsyncMongoClient

    wire = Wire()
    with place(mongodb_uri) as database:
        client: Any = AsyncMongoClient(mongodb_uri, event_listeners=[wire])
        store = AsyncMongoDBStore.over(client[database.name], COLLECTIONS)
        await store.run(save(thread("first")))
        wire.commands.clear()
        await store.run(save(*[thread(str(at)) for at in range(1000)]))
        await store.run(Read(COMMENTS, Scope("o")))
        await store.run(save_user("u", {}))
        await store.run(find_users("u"))
        assert wire.names == ["update", "find", "findAndModify", "find"]
        await store.close()
        await client.close()


def test_a_forked_child_opens_a_client_of_its_own(mongodb_uri: str) -> None:
    with place(mongodb_uri) as database, store_of(database, mongodb_uri) as store:
        store.run(save(thread("parent")))
        child = os.fork()
        if child == 0:
            status = 1
            try:
                store.run(save(thread("child")))
                status = 0 if set(read(store)) == {"parent", "child"} else 2
                store.close()
            finally:
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        assert os.WIFEXITED(ended)
        assert os.WEXITSTATUS(ended) == 0
        store.run(save(thread("later")))
        assert set(read(store)) == {"parent", "child", "later"}

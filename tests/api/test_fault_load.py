"""Many calls at the same time over bounded pools, forks in the middle, calls that are given up: each its own answer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, List, Set

import pytest

from tests.echo import Echo
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.api.transport import IN_FLIGHT
from velt_py.exceptions import VeltNetworkError
from velt_py.net.pools import POOL_SIZE

pytestmark = [
    pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
CALLS = 10_000


@pytest.fixture
def server() -> Iterator[Echo]:
    with Echo(delay=0.002) as running:
        yield running


def config(server: Echo) -> Dict[str, Any]:
    http = {"connect_timeout": 60, "read_timeout": 60}  # a busy machine is no fault
    return {"apiKey": "k", "authToken": "t", "apiBaseUrl": server.url, "http": http}


def own(answer: Any, asked: str) -> int:
    """The connection that a call went over; its answer has to be its own."""
    assert answer["asked"] == {"organizationId": asked}, f"{asked} got the answer of another call"
    return int(answer["connection"])


def test_ten_thousand_calls_of_200_threads_share_a_bounded_pool(server: Echo) -> None:
    with VeltSDK.initialize(config(server)) as sdk, ThreadPoolExecutor(200) as threads:
        get = sdk.api.folders.getFolders

        def call(number: int) -> int:
            return own(get(organizationId=f"o-{number}"), f"o-{number}")

        used = set(threads.map(call, range(CALLS)))
    seen = server.seen()
    assert seen["calls"] == CALLS
    assert seen["connections"] == len(used) <= POOL_SIZE
    assert 1 < seen["most"] <= POOL_SIZE


async def test_ten_thousand_awaited_calls_share_a_bounded_pool(server: Echo) -> None:
    async with AsyncVeltSDK.initialize(config(server)) as sdk:
        get = sdk.api.folders.getFolders

        async def call(number: int) -> int:
            return own(await get(organizationId=f"o-{number}"), f"o-{number}")

        used = set(await asyncio.gather(*[call(number) for number in range(CALLS)]))
    seen = server.seen()
    assert seen["calls"] == CALLS
    assert seen["connections"] == len(used) <= IN_FLIGHT
    assert 1 < seen["most"] <= IN_FLIGHT


def test_a_write_that_found_no_free_connection_in_its_time_was_not_sent() -> None:
    with Echo(delay=2.0) as server, VeltSDK.initialize(config(server)) as sdk, ThreadPoolExecutor(
        100
    ) as many:
        add = sdk.api.folders.addFolder

        def call(number: int) -> str:
            try:
                add(organizationId=f"o-{number}", options={"timeout": 0.2, "retries": 0})
            except VeltNetworkError as error:
                return f"{error.sent} {error}"
            return "answered"

        long = [many.submit(add, organizationId=f"long-{number}") for number in range(POOL_SIZE)]
        deadline = time.monotonic() + 20
        while server.seen()["calls"] < POOL_SIZE and time.monotonic() < deadline:
            time.sleep(0.01)
        told = set(many.map(call, range(30)))
        for number, each in enumerate(long):
            own(each.result(20), f"long-{number}")
        assert server.seen()["calls"] == POOL_SIZE
    assert told == {f"False {server.url}: every connection of the pool was busy"}


async def test_a_call_that_is_given_up_leaves_no_answer_to_the_next_one(server: Echo) -> None:
    async with AsyncVeltSDK.initialize(config(server)) as sdk:
        get = sdk.api.folders.getFolders

        async def call(number: int) -> None:
            awaited = asyncio.ensure_future(get(organizationId=f"o-{number}"))
            if number % 3 == 0:
                await asyncio.sleep(number % 5 / 1000)
                awaited.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                own(await awaited, f"o-{number}")

        for _ in range(4):
            await asyncio.gather(*[call(number) for number in range(200)])


# Fork


def child(work: Callable[[], bytes], seconds: float = 20.0) -> bytes:
    """Do something in a forked child, and get what it found; nothing when it failed or hung."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.alarm(int(seconds))
            os.write(writing, work())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found = pipe.read()
    _, ended = os.waitpid(pid, 0)
    assert ended == 0, "the child failed or hung"
    return found


def test_children_forked_in_the_middle_of_calls_get_their_own_answers(server: Echo) -> None:
    used: Set[int] = set()
    failures: List[BaseException] = []
    stop = threading.Event()
    with VeltSDK.initialize(config(server)) as sdk:
        get = sdk.api.folders.getFolders

        def calls(name: str) -> bytes:
            return bytes([own(get(organizationId=f"{name}-{n}"), f"{name}-{n}") for n in range(20)])

        def work(name: str) -> None:
            try:
                while not stop.is_set():
                    used.update(calls(name))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(f"thread-{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        try:
            found = []
            for number in range(5):
                time.sleep(0.02)
                found.append(set(child(lambda: calls(f"child-{number}"))))  # noqa: B023 - used at once
        finally:
            stop.set()
            for thread in threads:
                thread.join(20)
        used.update(calls("parent"))
    assert failures == []
    for connections in found:
        assert len(connections) == 1, "a child that calls one after the other needs one connection"
        assert not connections & used, "a child used a connection of its parent"
    assert len(set.union(*found)) == 5


async def test_a_child_forked_in_the_middle_of_awaited_calls_gets_its_own_answers(server: Echo) -> None:
    async with AsyncVeltSDK.initialize(config(server)) as sdk:
        get = sdk.api.folders.getFolders

        async def calls(name: str, count: int) -> List[int]:
            names = [f"{name}-{number}" for number in range(count)]
            answers = await asyncio.gather(*[get(organizationId=each) for each in names])
            return [own(answer, each) for answer, each in zip(answers, names)]

        def work() -> bytes:
            return bytes(asyncio.run(calls("child", 20)))

        flying = asyncio.ensure_future(calls("parent", 100))
        await asyncio.sleep(0.005)
        children = set(child(work))
        parents = set(await flying) | set(await calls("parent-again", 100))
    assert not children & parents, "a child used a connection of its parent"

"""One client of the REST benchmark in a process of its own: calls when it is told to, and says what that cost.

python rest_contender.py CLIENT URL BUNDLE WORKERS

Takes {"calls": N} a line, and answers with wall and cpu seconds, and the seconds of every call's wait.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Callable, Dict, List

from rest_clients import AWAITED, CLIENTS
from rest_server import DOCUMENTS

__all__: List[str] = []

Facts = Dict[str, Any]


def checked(documents: int) -> None:
    if documents != DOCUMENTS:
        raise ValueError(f"{DOCUMENTS} documents were sent, {documents} are read")


def blocking(client: Any, calls: int, workers: int, threads: Executor) -> Facts:
    """The calls from as many threads as there are workers, all starting at the same moment."""
    waits: List[float] = []
    started = threading.Barrier(workers + 1)

    def work() -> None:
        own: List[float] = []
        started.wait()
        for _ in range(calls // workers):
            began = time.perf_counter()
            checked(client.call())
            own.append(time.perf_counter() - began)
        waits.extend(own)

    # Each piece of work waits for the others, so each has a thread of its own; the threads live as long as the client,
    # for some keep a connection per thread.
    working = [threads.submit(work) for _ in range(workers)]

    def together() -> None:
        started.wait()
        for each in working:
            each.result()

    return {**timed(together), "waits": waits}


async def awaited(client: Any, calls: int, workers: int) -> Facts:
    """The calls from as many tasks as there are workers."""
    waits: List[float] = []

    async def work() -> None:
        for _ in range(calls // workers):
            began = time.perf_counter()
            checked(await client.call())
            waits.append(time.perf_counter() - began)

    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*[work() for _ in range(workers)])
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "waits": waits}


def timed(call: Callable[[], Any]) -> Facts:
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def main() -> None:
    # What a client prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    who, url, bundle, workers = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    # Some clients take the certificates from the environment only.
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = bundle

    def say(facts: Facts) -> None:
        answers.write(json.dumps(facts) + "\n")
        answers.flush()

    if who in AWAITED:
        asyncio.run(serve_awaited(CLIENTS[who](url, bundle, workers), workers, say))
        return
    client, threads = CLIENTS[who](url, bundle, workers), ThreadPoolExecutor(workers)
    say({"ready": True})
    for line in sys.stdin:
        command = json.loads(line)
        say(blocking(client, command["calls"], min(workers, command["calls"]), threads))
    threads.shutdown()


async def serve_awaited(client: Any, workers: int, say: Callable[[Facts], None]) -> None:
    say({"ready": True})
    while True:
        line = sys.stdin.readline()  # nothing else runs in the loop between two commands
        if not line:
            break
        command = json.loads(line)
        say(await awaited(client, command["calls"], min(workers, command["calls"])))
    await client.close()


if __name__ == "__main__":
    main()

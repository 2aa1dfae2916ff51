"""Work that goes on after the answer: in threads for code that blocks, as tasks in an event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
from typing import Any, Awaitable, Callable, Optional, Set

__all__ = ["Around", "Background", "plainly"]

THREADS = 4
MOST = 100
"""Works under way; what comes beyond stays in the inbox until the next look at it."""


Around = Callable[[Callable[[], Any]], Any]
"""What calls some work that blocks, in its thread."""


def plainly(work: Callable[[], Any]) -> Any:
    return work()


class Background:
    """What is under way after its answer."""

    def __init__(self) -> None:
        self._pool: Optional[concurrent.futures.ThreadPoolExecutor] = None
        self._pid = os.getpid()
        self._jobs: Set[concurrent.futures.Future[Any]] = set()
        self._tasks: Set[asyncio.Task[Any]] = set()

    def start(self, work: Callable[[], Any], around: Around = plainly) -> bool:
        """Do this in a thread; False when there is too much under way."""
        if self._pid != os.getpid():
            # A forked child has the pool of the parent, but not its threads.
            self._pool, self._jobs, self._pid = None, set(), os.getpid()
        if len(self._jobs) >= MOST:
            return False
        if self._pool is None:
            self._pool = concurrent.futures.ThreadPoolExecutor(THREADS, thread_name_prefix="velt-webhooks")
        job = self._pool.submit(around, work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return True

    def start_async(self, work: Callable[[], Awaitable[Any]]) -> bool:
        """Do this in the running event loop; False when there is too much under way."""
        if len(self._tasks) >= MOST:
            return False
        task = asyncio.ensure_future(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def settle(self, seconds: float) -> bool:
        """Wait for what is under way in threads; False when that takes longer."""
        return not concurrent.futures.wait(list(self._jobs), seconds).not_done

    async def settle_async(self, seconds: float) -> bool:
        """Wait for what is under way in this event loop; False when that takes longer."""
        loop = asyncio.get_running_loop()
        own = [task for task in self._tasks if task.get_loop() is loop]
        if not own:
            return True
        _, left = await asyncio.wait(own, timeout=seconds)
        return not left

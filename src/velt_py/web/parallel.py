"""Many calls of one function of the application, waited for in bounded time."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
import time
from typing import Any, Awaitable, Callable, Dict, List, Tuple, cast

from velt_py.web.hooks import cannot_await
from velt_py.web.steps import AskAll, Outcome

__all__ = ["Callers", "ask_awaited"]

MOST_THREADS = 64
"""Threads that one handler has under way. When a function of the application hangs in all of them, further calls
count as late."""


class Callers:
    """Makes calls in threads that nobody has to wait for: a function that hangs holds up neither an answer nor the end
    of the process."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(MOST_THREADS)

    def ask(self, step: AskAll) -> List[Outcome]:
        """The outcomes of the calls, after at most `step.seconds`."""
        batch = Batch(step)
        for _ in range(min(step.at_once, len(step.calls))):
            if not self._free.acquire(timeout=batch.left()):
                break
            context = contextvars.copy_context()
            threading.Thread(
                target=self._work, args=(context, batch), name="velt-permissions", daemon=True
            ).start()
        return batch.outcomes()

    def _work(self, context: contextvars.Context, batch: Batch) -> None:
        try:
            context.run(batch.work)
        finally:
            self._free.release()


class Batch:
    """The calls of one step, taken one after the other by whoever works on them.

    Args:
        step: the calls.
    """

    def __init__(self, step: AskAll) -> None:
        self._step = step
        self._end = time.monotonic() + step.seconds
        self._lock = threading.Condition()
        self._next = 0
        self._found: Dict[int, Outcome] = {}

    def left(self) -> float:
        """The seconds that are left, 0 when it is over."""
        return max(self._end - time.monotonic(), 0)

    def work(self) -> None:
        """Make calls as long as there are any and there is time."""
        while self.left() > 0:
            with self._lock:
                at = self._next
                if at >= len(self._step.calls):
                    return
                self._next += 1
            outcome = self._call(self._step.calls[at])
            with self._lock:
                self._found[at] = outcome
                self._lock.notify_all()

    def _call(self, args: Tuple[Any, ...]) -> Outcome:
        try:
            value = self._step.hook(*args)
        except Exception as error:  # noqa: BLE001 - handed on; who asked logs it
            return Outcome(error=error)
        if inspect.isawaitable(value):
            if inspect.iscoroutine(value):
                value.close()
            return Outcome(error=cannot_await(self._step.setting))
        return Outcome(value)

    def outcomes(self) -> List[Outcome]:
        """Wait for the calls; what is not there in time is late."""
        calls = self._step.calls
        with self._lock:
            self._lock.wait_for(lambda: len(self._found) == len(calls), self.left())
            return [self._found.get(at) or late() for at in range(len(calls))]


async def ask_awaited(step: AskAll) -> List[Outcome]:
    """The outcomes of calls that are awaited, after at most `step.seconds`."""
    limit = asyncio.Semaphore(step.at_once)
    hook = cast(Callable[..., Awaitable[Any]], step.hook)

    async def call(args: Tuple[Any, ...]) -> Any:
        async with limit:
            return await hook(*args)

    tasks = [asyncio.ensure_future(call(args)) for args in step.calls]
    try:
        await asyncio.wait(tasks, timeout=step.seconds)
        return [outcome_of(task) for task in tasks]
    finally:
        for task in tasks:
            task.cancel()


def outcome_of(task: asyncio.Task[Any]) -> Outcome:
    if not task.done():
        return late()
    if task.cancelled():
        return Outcome(error=asyncio.CancelledError())
    error = task.exception()
    return Outcome(error=error) if error is not None else Outcome(task.result())


def late() -> Outcome:
    return Outcome(error=TimeoutError())

"""Calling what may block beside an event loop."""

from __future__ import annotations

import contextvars
from typing import Any, Callable

__all__ = ["in_thread"]


async def in_thread(work: Callable[[], Any], executor: Any = None) -> Any:
    """Call something that may block, beside the running event loop and with its context.

    Args:
        work: what to call; what it returns comes back, what it raises is raised.
        executor: whose threads; those of the event loop when there is none.
    """
    import asyncio  # code that never awaits does not pay for it

    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(
        executor, lambda: context.run(lambda: unstopped(work))
    )


def unstopped(work: Callable[[], Any]) -> Any:
    """Call it. The StopIteration of a `next` without a match cannot pass through a future: whoever waits for that would
    wait forever."""
    try:
        return work()
    except StopIteration as error:
        raised = RuntimeError("a function raised StopIteration, as next() does where nothing is left")
        raise raised.with_traceback(error.__traceback__) from None

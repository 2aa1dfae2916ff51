"""Carrying out the flows of the inbox, blocking or awaited. No rule lives here."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from velt_py._functions import is_async
from velt_py._threads import in_thread
from velt_py.selfhosting.operation import AsyncRunner, Runner
from velt_py.webhooks.handlers import blocking
from velt_py.webhooks.inbox import Flow, Handle, Step

__all__ = ["call", "run", "run_async"]


def run(flow: Flow, runner: Runner) -> Any:
    """What a flow returns."""
    try:
        step = next(flow)
        while True:
            try:
                outcome = done(step, runner)
            except Exception as error:  # noqa: BLE001 - the flow decides what it means
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as end:
        return end.value


def done(step: Step, runner: Runner) -> Any:
    if isinstance(step, Handle):
        return blocking(step.function)(step.event)
    return runner.run(step)


async def run_async(flow: Flow, runner: AsyncRunner) -> Any:
    """What a flow returns."""
    try:
        step = next(flow)
        while True:
            try:
                outcome = await done_async(step, runner)
            except Exception as error:  # noqa: BLE001 - the flow decides what it means
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as end:
        return end.value


async def done_async(step: Step, runner: AsyncRunner) -> Any:
    if isinstance(step, Handle):
        return await call(step.function, step.event)
    return await runner.run(step)


async def call(function: Any, event: Any) -> Any:
    """Await a function, or call a plain one in a thread: it may block."""
    if is_async(function):
        return await function(event)
    outcome = await in_thread(functools.partial(function, event))
    return await outcome if inspect.isawaitable(outcome) else outcome

"""Functions that block are called beside the event loop, and whatever they raise arrives."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any, List

import pytest

from velt_py._functions import places_of
from velt_py._threads import in_thread

CONTEXT: Any = contextvars.ContextVar("CONTEXT")


def nothing_left() -> Any:
    empty: List[int] = []
    return next(iter(empty))


async def test_a_next_without_a_match_is_an_error_and_no_endless_wait() -> None:
    with pytest.raises(RuntimeError, match="StopIteration") as caught:
        await asyncio.wait_for(in_thread(nothing_left), 10)
    assert any("nothing_left" in place for place in places_of(caught.value))


async def test_context_outcome_and_error_are_handed_on() -> None:
    CONTEXT.set("mine")
    assert await in_thread(CONTEXT.get) == "mine"
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)

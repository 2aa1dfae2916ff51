"""Functions of the application that are called here: whether they have to be awaited, and where one of them failed."""

from __future__ import annotations

import functools
import inspect
from typing import Any, List, cast

__all__ = ["is_async", "places_of"]

MOST_PLACES = 12


def is_async(function: Any) -> bool:
    """Whether calling this gives something to await."""
    while isinstance(function, functools.partial):
        function = cast(Any, function).func
    if inspect.iscoroutinefunction(function):
        return True
    # An object may have an async `__call__`.
    return inspect.iscoroutinefunction(getattr(cast(Any, type(function)), "__call__", None))  # noqa: B004


def places_of(error: BaseException) -> List[str]:
    """The last places that an error went through, for logs: its text may quote what people wrote."""
    places: List[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-MOST_PLACES:]

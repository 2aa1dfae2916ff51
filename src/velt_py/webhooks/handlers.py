"""Which functions handle which events, and how they are called."""

from __future__ import annotations

import functools
import re
from typing import Any, Callable, List, NamedTuple, TypeVar, cast

from velt_py._functions import is_async
from velt_py.exceptions import VeltConfigurationError

__all__ = ["Handlers", "Registered", "blocking"]

F = TypeVar("F", bound=Callable[..., Any])

PATTERN = re.compile(r"(?:\*|[A-Za-z_]+(?:\.(?:\*|[\w.-]+))?)\Z", re.ASCII)


class Registered(NamedTuple):
    """A function for some events.

    Args:
        label: what it is called in the inbox; the same in every process that registers the same functions.
        pattern: which events.
        function: called with the event.
    """

    label: str
    pattern: str
    function: Callable[..., Any]


class Handlers:
    """The functions of an application."""

    def __init__(self) -> None:
        self._registered: List[Registered] = []

    def on(self, *patterns: str) -> Callable[[F], F]:
        """Register the decorated function for events: `comment.add`, `comment.*` or `*`.

        Raises:
            VeltConfigurationError: for a pattern of another form, and for what is no function.
        """
        for pattern in patterns or ("",):
            if not isinstance(cast(Any, pattern), str) or not PATTERN.match(pattern):
                raise VeltConfigurationError(
                    "on: name events as comment.add, comment.* or *; every name is in docs/webhooks.md",
                    field="on",
                )

        def register(function: F) -> F:
            if not callable(function):
                raise VeltConfigurationError("on: a function is needed", field="on")
            for pattern in patterns:
                self._registered.append(Registered(self._label(function), pattern, function))
            return function

        return register

    def of(self, name: str) -> List[Registered]:
        """The functions for an event, each once, in the order in which they were registered."""
        found: List[Registered] = []
        for each in self._registered:
            if fits(each.pattern, name) and not any(each.function is other.function for other in found):
                found.append(each)
        return found

    def _label(self, function: Callable[..., Any]) -> str:
        for each in self._registered:
            if each.function is function:
                return each.label
        inner: Any = function
        while isinstance(inner, functools.partial):
            inner = cast(Any, inner).func
        name = getattr(inner, "__qualname__", type(inner).__qualname__)
        label = f"{getattr(inner, '__module__', '')}.{name}"
        same = sum(each.label.partition("#")[0] == label for each in self._registered)
        return f"{label}#{same + 1}" if same else label


def fits(pattern: str, name: str) -> bool:
    return pattern in ("*", name) or (pattern.endswith(".*") and name.startswith(pattern[:-1]))


def blocking(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function for code that blocks: one to await runs in an event loop of its own.

    Raises, when called in an event loop:
        VeltConfigurationError: because it would stop that loop; `areceive` is for there.
    """
    if not is_async(function):
        return function

    def call(event: Any) -> Any:
        import asyncio  # code that never awaits does not pay for it

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(function(event))
        raise VeltConfigurationError(
            "a function to await cannot run inside of this event loop: use areceive, awork and areplay",
            field="webhooks",
        )

    return call

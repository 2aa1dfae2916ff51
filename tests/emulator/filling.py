"""Where the answers before stand in a request, and where a value stands in an answer. Needs nothing but Python."""

from __future__ import annotations

from typing import Any, Sequence, Type

__all__ = ["filled", "found_in"]


def filled(value: Any, kept: Any) -> Any:
    """A request with what answers before gave in the places of `$name`."""
    if isinstance(value, str) and value.startswith("$"):
        return kept.get(value[1:], value)
    inner: Any = value
    if _is(value, dict):
        return {name: filled(inner[name], kept) for name in inner}
    if _is(value, list):
        return [filled(each, kept) for each in inner]
    return inner


def found_in(answer: Any, path: Sequence[str]) -> Any:
    """What stands at a place of an answer; None when there is nothing. In a list every name is the first entry."""
    found = answer
    for name in path:
        if _is(found, list):
            found = found[0] if found else None
        elif _is(found, dict):
            found = found.get(name)
        else:
            return None
    return found


def _is(value: Any, kind: Type[Any]) -> bool:
    return isinstance(value, kind)

"""Where the answers before stand in a request, and where a value stands in an answer. Needs nothing but Python."""

from __future__ import annotations

from typing import Any, Sequence

__all__ = ["filled", "found_in"]


def filled(value: Any, kept: Any) -> Any:
    """A request with what answers before gave in the places of `$name`."""
    if isinstance(value, str) and value.startswith("$"):
        return kept.get(value[1:], value)
    if isinstance(value, dict):
        return {name: filled(inner, kept) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, kept) for inner in value]
    return value


def found_in(answer: Any, path: Sequence[str]) -> Any:
    """What stands at a place of an answer; None when there is nothing. In a list a name is the number of an entry."""
    found = answer
    for name in path:
        if isinstance(found, list):
            found = found[int(name)] if name.isdigit() and int(name) < len(found) else None
        elif isinstance(found, dict):
            found = found.get(name)
        else:
            return None
    return found

"""Whether an answer has the documented shape: held against the types of `velt_py.api.answers`."""

from __future__ import annotations

import importlib
import re
from typing import Any, Dict, Iterator, List, Mapping, Union, cast, get_type_hints

from velt_py.api.answers import shared
from velt_py.api.backend import service_class

__all__ = ["complaints", "differences"]


SHARED = vars(shared)
"""Names that inherited fields are annotated with: Python 3.8 looks for them where the heir stands."""


def complaints(name: str, answer: Any) -> List[str]:
    """Where an answer differs from the type that the table names for its operation.

    Args:
        name: service and method.
        answer: parsed.
    """
    area, _, method = name.partition(".")
    kind: str = getattr(service_class(area), method).answer
    module = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", area)
    return sorted(
        set(_differences("", answer, getattr(importlib.import_module(f"velt_py.api.answers.{module}"), kind)))
    )


def differences(kind: Any, value: Any) -> List[str]:
    """Where a value differs from a type."""
    return sorted(set(_differences("", value, kind)))


def _differences(place: str, value: Any, kind: Any) -> Iterator[str]:
    origin: Any = getattr(kind, "__origin__", None)
    arguments: Any = getattr(kind, "__args__", ())
    if kind is Any or kind is object:
        return
    if origin is Union:
        tried = [list(_differences(place, value, each)) for each in arguments]
        if all(tried):
            # What comes nearest is told: one that is of the same kind before one that is of another.
            another = f"{place or 'answer'} is no "
            yield from min(
                tried, key=lambda found: (any(each.startswith(another) for each in found), len(found))
            )
    elif origin is list:
        if not isinstance(value, list):
            yield f"{place or 'answer'} is no list"
            return
        for each in cast(List[Any], value):
            yield from _differences(f"{place}[]", each, arguments[0])
    elif origin is dict:
        if not isinstance(value, dict):
            yield f"{place or 'answer'} is no object"
            return
        for each in cast(Dict[str, Any], value).values():
            yield from _differences(f"{place}.*", each, arguments[1])
    elif origin is not None:
        if value not in arguments:  # Literal
            yield f"{place} is none of {arguments}"
    elif hasattr(kind, "__total__"):
        yield from _object_differences(place, value, kind)
    elif not _is(value, kind):
        yield f"{place or 'answer'} is no {getattr(kind, '__name__', kind)}: {type(value).__name__}"


def _object_differences(place: str, value: Any, kind: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place or 'answer'} is no object"
        return
    given = cast(Mapping[str, Any], value)
    # Python 3.8 does not know which fields a type has to have; the later ones hold that.
    needed = getattr(kind, "__required_keys__", ())
    for name, inner in get_type_hints(kind, localns=SHARED).items():
        if name in given:
            yield from _differences(f"{place}.{name}", given[name], inner)
        elif name in needed:
            yield f"{place}.{name} is missing"


def _is(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)

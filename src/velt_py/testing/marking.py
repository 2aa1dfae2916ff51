"""What the markers `velt` of a test say. A mistake in one is told in a line, not by a traceback into this package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Tuple, cast

from velt_py.exceptions import VeltConfigurationError

if TYPE_CHECKING:
    import pytest

__all__ = ["Marked", "read_markers"]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


ARGUMENTS: Dict[str, Tuple[Callable[[Any], bool], str]] = {
    "api_key": (_text, "a text that is not empty"),
    "auth_token": (_text, "a text that is not empty"),
    "config": (lambda value: isinstance(value, Mapping), "a dict of configuration"),
    "faults": (
        lambda value: (
            isinstance(value, (list, tuple))
            and all(isinstance(each, dict) for each in cast(List[Any], value))
        ),
        "a dict such as {'match': 'users/add', 'status': 503}, or a list of them",
    ),
    "seed": (lambda value: _text(value) or isinstance(value, (Path, list)), "a file, or a list of records"),
    "transport": (_text, "'in-process' or 'port'"),
}
"""The arguments of the marker, what each must be, and how that is said."""


class Marked(NamedTuple):
    """What the markers of a test say together.

    Args:
        faults: of all markers.
        options: of each other argument, by name, what the nearest marker says.
    """

    faults: List[Dict[str, Any]]
    options: Dict[str, Any]


def read_markers(marks: Iterable[pytest.Mark]) -> Marked:
    """What markers say: the nearest one wins, and the faults of all count.

    Args:
        marks: the nearest one last.

    Raises:
        VeltConfigurationError: an argument is none of the marker's, or of the wrong type.
    """
    faults: List[Dict[str, Any]] = []
    options: Dict[str, Any] = {}
    for mark in marks:
        given = {name: value for name, value in mark.kwargs.items() if value is not None}
        if isinstance(given.get("faults"), dict):
            given["faults"] = [given["faults"]]
        _check(mark.args, given)
        faults.extend(given.pop("faults", []))
        options.update(given)
    return Marked(faults, options)


def _check(unnamed: Tuple[Any, ...], given: Mapping[str, Any]) -> None:
    unknown = sorted(set(given) - set(ARGUMENTS))
    if unnamed or unknown:
        what = f"{unknown[0]} is none of them" if unknown else "there is none without a name"
        raise VeltConfigurationError(f"it takes {', '.join(ARGUMENTS)}; {what}")
    for name, value in given.items():
        fits, said = ARGUMENTS[name]
        if not fits(value):
            raise VeltConfigurationError(f"{name} must be {said}, not {type(value).__name__}", field=name)

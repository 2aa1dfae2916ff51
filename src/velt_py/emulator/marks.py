"""Which assumptions an answer rests on whatever its operation is. Pure."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from velt_py.emulator.checking import RELAXED
from velt_py.emulator.routes import Route

__all__ = ["marks_of", "marks_of_fields"]

DOCUMENTED = (200, 202, 400, 500)
OWN = (501,)
"""Statuses that Velt never gives: the emulator says that it does not know a path."""


def marks_of(status: int, word: str) -> Iterator[str]:
    """The assumptions behind an answer's status.

    Args:
        status: the HTTP status.
        word: Velt's word for the error; empty when there is none.
    """
    if status not in (*DOCUMENTED, *OWN) and (status, word) != (409, "ABORTED"):
        yield "http-status"


def marks_of_fields(route: Route, data: Mapping[str, Any]) -> Iterator[str]:
    """The assumptions by which a request is taken as it is."""
    relaxed = RELAXED.get(route.name, frozenset())
    if any(
        fact.required and name in relaxed and data.get(name) is None for name, fact in route.facts.items()
    ):
        yield "required-fields"

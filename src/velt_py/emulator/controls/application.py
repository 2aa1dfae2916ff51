"""What Velt's console has and its API has not: whether advanced queries are on."""

from __future__ import annotations

from typing import Any

from velt_py.emulator.advanced_queries import ADVANCED_QUERIES, advanced_queries_of, set_advanced_queries
from velt_py.emulator.controls.reading import Given, need_key
from velt_py.exceptions import VeltValidationError

__all__ = ["change", "look"]


def look(emulator: Any, given: Given) -> Any:
    """What an api key's application is like."""
    with emulator.state.call():
        return {ADVANCED_QUERIES: advanced_queries_of(emulator.state.of(need_key(given)), emulator.choices)}


def change(emulator: Any, given: Given) -> Any:
    """Switch advanced queries on or off.

    Raises:
        VeltValidationError: neither is said.
    """
    key, on = need_key(given), given.get(ADVANCED_QUERIES)
    if not isinstance(on, bool):
        raise VeltValidationError(f"{ADVANCED_QUERIES} must be true or false", field=ADVANCED_QUERIES)
    with emulator.state.call():
        set_advanced_queries(emulator.state.of(key), on)
    return look(emulator, given)

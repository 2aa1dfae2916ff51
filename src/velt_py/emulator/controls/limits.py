"""Limits of an api key, or of a workspace."""

from __future__ import annotations

from typing import Any, Tuple

from velt_py.emulator.controls.reading import Given, need_key, optional_text
from velt_py.emulator.limits import KEY, LIMITS, of_workspace, set_limits
from velt_py.emulator.state import Records

__all__ = ["change", "clear", "look"]


def look(emulator: Any, given: Given) -> Any:
    """What is set; `credits` are those that are left."""
    with emulator.state.call():
        records, place = _place(emulator, given)
        return {"limits": records.get(LIMITS, *place) or {}}


def change(emulator: Any, given: Given) -> Any:
    """Set some of them; null takes one away.

    Raises:
        VeltValidationError: a limit cannot be that.
    """
    limits = {name: value for name, value in given.items() if name not in ("apiKey", "workspaceId")}
    with emulator.state.call():
        records, place = _place(emulator, given)
        return {"limits": set_limits(records, place, limits)}


def clear(emulator: Any, given: Given) -> Any:
    """Take all of them away."""
    with emulator.state.call():
        records, place = _place(emulator, given)
        records.delete(LIMITS, *place)
    return {"limits": {}}


def _place(emulator: Any, given: Given) -> Tuple[Records, Tuple[str, ...]]:
    """Whose limits a request is about."""
    workspace = optional_text(given, "workspaceId")
    if workspace is not None:
        return emulator.state.of(""), of_workspace(workspace)
    return emulator.state.of(need_key(given)), KEY

"""Named snapshots of an api key's state, or of everything."""

from __future__ import annotations

from typing import Any

from velt_py.emulator.controls.reading import Given, api_key, need_text
from velt_py.exceptions import VeltValidationError

__all__ = ["listed", "restore", "take"]


def take(emulator: Any, given: Given) -> Any:
    """Keep what an api key has now under a name; a snapshot of that name is replaced."""
    key, name = api_key(given), need_text(given, "name")
    emulator.state.keep_snapshot(key, name)
    return {"snapshot": name}


def restore(emulator: Any, given: Given) -> Any:
    """Put back what an api key had. Other keys keep what they have.

    Raises:
        VeltValidationError: there is no snapshot of that name.
    """
    key, name = api_key(given), need_text(given, "name")
    if not emulator.state.restore_snapshot(key, name):
        raise VeltValidationError("name: there is no such snapshot", field="name")
    emulator.courier.wake()
    return {"restored": name}


def listed(emulator: Any, given: Given) -> Any:
    """The names of the snapshots of an api key, or of those of everything."""
    return {"snapshots": emulator.state.snapshots(api_key(given))}

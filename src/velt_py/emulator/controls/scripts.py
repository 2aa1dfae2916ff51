"""Scripts: what the emulator answers where Velt asks a model."""

from __future__ import annotations

from typing import Any

from velt_py.emulator.controls.reading import Given, need_key
from velt_py.emulator.scripts import SCRIPT, add_script, scripts_of

__all__ = ["add", "clear", "listed"]


def listed(emulator: Any, given: Given) -> Any:
    """The scripts of an api key, the first one first."""
    with emulator.state.call():
        return {"scripts": scripts_of(emulator.state.of(need_key(given)))}


def add(emulator: Any, given: Given) -> Any:
    """Keep a script behind the others of its api key."""
    with emulator.state.call():
        add_script(emulator.state.of(need_key(given)), given)
    return listed(emulator, given)


def clear(emulator: Any, given: Given) -> Any:
    """Forget the scripts of an api key."""
    with emulator.state.call():
        emulator.state.of(need_key(given)).delete_under(SCRIPT)
    return {"scripts": []}

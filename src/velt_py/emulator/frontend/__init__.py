"""Plays the browser: personal data goes to the application's resolver routes, the rest into the emulator."""

from __future__ import annotations

from velt_py.emulator.frontend.player import Player

__all__ = ["Player"]

"""What follows from what: webhooks, notifications, mails and activities that calls cause."""

from __future__ import annotations

from velt_py.emulator.effects.happening import Happening, announce

__all__ = ["Happening", "announce"]

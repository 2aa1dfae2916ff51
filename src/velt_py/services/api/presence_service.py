"""Published import path."""

from __future__ import annotations

from velt_py.api.services.presence import PresenceService

__all__ = ["PresenceService"]

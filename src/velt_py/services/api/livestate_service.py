"""Published import path."""

from __future__ import annotations

from velt_py.api.services.livestate import LivestateService

__all__ = ["LivestateService"]

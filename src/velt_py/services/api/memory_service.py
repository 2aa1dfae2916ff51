"""Published import path."""

from __future__ import annotations

from velt_py.api.services.memory import MemoryService

__all__ = ["MemoryService"]

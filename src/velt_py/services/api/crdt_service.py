"""Published import path."""

from __future__ import annotations

from velt_py.api.services.crdt import CrdtService

__all__ = ["CrdtService"]

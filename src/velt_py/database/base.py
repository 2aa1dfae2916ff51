"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.adapters.base import DatabaseAdapter

__all__ = ["DatabaseAdapter"]

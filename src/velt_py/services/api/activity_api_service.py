"""Published import path."""

from __future__ import annotations

from velt_py.api.services.activities import ActivityApiService

__all__ = ["ActivityApiService"]

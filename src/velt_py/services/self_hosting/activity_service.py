"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.services.activities import ActivityService

__all__ = ["ActivityService"]

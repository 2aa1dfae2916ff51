"""Published import path."""

from __future__ import annotations

from velt_py.api.services.notifications import NotificationApiService

__all__ = ["NotificationApiService"]

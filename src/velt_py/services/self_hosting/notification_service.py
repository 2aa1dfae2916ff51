"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.services.notifications import NotificationService

__all__ = ["NotificationService"]

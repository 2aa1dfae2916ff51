"""Published import path."""

from __future__ import annotations

from velt_py.api.services.access_control import AccessControlService

__all__ = ["AccessControlService"]

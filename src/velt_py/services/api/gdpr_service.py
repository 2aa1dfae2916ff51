"""Published import path."""

from __future__ import annotations

from velt_py.api.services.gdpr import GdprService

__all__ = ["GdprService"]

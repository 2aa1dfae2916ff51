"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.services.recorders import RecorderService

__all__ = ["RecorderService"]

"""Published import path."""

from __future__ import annotations

from velt_py.api.services.recordings import RecordingService

__all__ = ["RecordingService"]

"""Published import path."""

from __future__ import annotations

from velt_py.api.services.folders import FolderService

__all__ = ["FolderService"]

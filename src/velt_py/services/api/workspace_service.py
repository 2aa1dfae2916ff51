"""Published import path."""

from __future__ import annotations

from velt_py.api.services.workspace import WorkspaceService

__all__ = ["WorkspaceService"]

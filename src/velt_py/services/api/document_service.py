"""Published import path."""

from __future__ import annotations

from velt_py.api.services.documents import DocumentService

__all__ = ["DocumentService"]

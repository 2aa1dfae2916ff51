"""Published import path."""

from __future__ import annotations

from velt_py.api.operation import Service as BaseApiService

__all__ = ["BaseApiService"]

"""Published import path."""

from __future__ import annotations

from velt_py.api.backend import ApiBackend

__all__ = ["ApiBackend"]

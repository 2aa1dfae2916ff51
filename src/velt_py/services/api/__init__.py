"""Published import paths of the REST half: re-exports, no logic."""

from __future__ import annotations

from velt_py.api.services.token import TokenService

__all__ = ["TokenService"]

"""The published import path of the token service."""

from __future__ import annotations

from velt_py.api.services.token import TokenService

__all__ = ["TokenService"]

"""Published import path."""

from __future__ import annotations

from velt_py.api.services.users import UserService

__all__ = ["UserService"]

"""Published import path."""

from __future__ import annotations

from velt_py.api.services.user_groups import UserGroupService

__all__ = ["UserGroupService"]

"""The rules of the operations, a module an area."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas import (
    access_control,
    activities,
    comment_annotations,
    comments,
    documents,
    folders,
    gdpr,
    invites,
    live,
    notifications,
    organizations,
    user_groups,
    users,
)
from velt_py.emulator.call import Rule

__all__ = ["RULES"]

RULES: Dict[str, Rule] = {
    **organizations.RULES,
    **folders.RULES,
    **documents.RULES,
    **users.RULES,
    **invites.RULES,
    **user_groups.RULES,
    **access_control.RULES,
    **notifications.RULES,
    **activities.RULES,
    **comment_annotations.RULES,
    **comments.RULES,
    **live.RULES,
    **gdpr.RULES,
}
"""The rules by the names of their operations."""

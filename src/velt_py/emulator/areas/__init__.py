"""The rules of the operations, a module an area."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas import (
    access_control,
    activities,
    agents,
    comment_annotations,
    comments,
    configurations,
    documents,
    domain_requests,
    folders,
    gdpr,
    invites,
    live,
    locations,
    memory,
    notifications,
    organizations,
    rewriter,
    user_groups,
    users,
    webhook_endpoints,
    workflow,
    workspaces,
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
    **workspaces.RULES,
    **configurations.RULES,
    **webhook_endpoints.RULES,
    **domain_requests.RULES,
    **locations.RULES,
    **rewriter.RULES,
    **agents.RULES,
    **workflow.RULES,
    **memory.RULES,
}
"""The rules by the names of their operations."""

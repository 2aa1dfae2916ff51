"""Requests of `sdk.api.userGroups`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddUserGroupsRequest",
    "AddUsersToGroupRequest",
    "DeleteUsersFromGroupRequest",
]


@dataclass
class AddUserGroupsRequest(ApiRequest):
    """Fields of `userGroups.addUserGroups`."""

    organizationId: Optional[str] = fact("string", required=True)
    organizationUserGroups: Optional[List[Dict[str, Any]]] = fact("OrganizationUserGroup[]", required=True)
    createOrganization: Optional[bool] = fact("boolean")


@dataclass
class AddUsersToGroupRequest(ApiRequest):
    """Fields of `userGroups.addUsersToGroup`."""

    organizationId: Optional[str] = fact("string", required=True)
    organizationUserGroupId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)


@dataclass
class DeleteUsersFromGroupRequest(ApiRequest):
    """Fields of `userGroups.deleteUsersFromGroup`."""

    organizationId: Optional[str] = fact("string", required=True)
    organizationUserGroupId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)
    deleteAll: Optional[bool] = fact("boolean", required=True)

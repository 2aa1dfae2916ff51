"""`sdk.api.userGroups`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.models.user_group import (
    AddUserGroupsRequest,
    AddUsersToGroupRequest,
    DeleteUsersFromGroupRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import user_groups as answers
else:
    answers = untyped

__all__ = ["UserGroupService"]


class UserGroupService(Service[T]):
    """Groups of users of an organization."""

    area = "userGroups"

    addUserGroups = Operation(
        "organizations/usergroups/add",
        AddUserGroupsRequest,
        answers.AddUserGroupsAnswer,
        repeatable=True,
        docs="v2/user-groups/add-groups",
    )
    """Add user groups.

    When sent again: upsert by groupId (assumed).
    """

    addUsersToGroup = Operation(
        "organizations/usergroups/users/add",
        AddUsersToGroupRequest,
        answers.AddUsersToGroupAnswer,
        repeatable=True,
        docs="v2/user-groups/add-users-to-group",
    )
    """Add users to group."""

    deleteUsersFromGroup = Operation(
        "organizations/usergroups/users/delete",
        DeleteUsersFromGroupRequest,
        answers.DeleteUsersFromGroupAnswer,
        repeatable=False,
        docs="v2/user-groups/delete-users-from-group",
    )
    """Delete users from group.

    The server asks: userIds or deleteAll.
    """

"""`sdk.api.users`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import NEXT_PAGE_TOKEN, SOMEWHERE
from velt_py.models.user_api import (
    AddUserInviteRequest,
    AddUsersRequest,
    DeleteUsersRequest,
    GetDocUsersRequest,
    GetInvitedPendingUsersCountRequest,
    GetInvitedUsersRequest,
    GetUserInvitationsRequest,
    GetUsersCountRequest,
    GetUsersRequest,
    RespondUserInviteRequest,
    UpdateUsersRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import users as answers
else:
    answers = untyped

__all__ = ["UserService"]


class UserService(Service[T]):
    """Users of organizations, folders and documents, and their invitations."""

    area = "users"

    addUsers = Operation(
        "users/add",
        AddUsersRequest,
        answers.AddUsersAnswer,
        repeatable=True,
        docs="v2/users/add-users",
    )
    """Add users.

    The server asks: documentId or folderId, not both. When sent again: upsert by userId (assumed).
    """

    getUsers = Operation(
        "users/get",
        GetUsersRequest,
        answers.GetUsersAnswer,
        repeatable=True,
        paged=NEXT_PAGE_TOKEN,
        batched="userIds",
        docs="v2/users/get-users-v2",
    )
    """Get users.

    The server asks: documentId or folderId, not both.
    """

    getUsersCount = Operation(
        "users/count/get",
        GetUsersCountRequest,
        answers.GetUsersCountAnswer,
        repeatable=True,
    )
    """Get users count.

    The server asks: documentId excludes allDocuments.
    """

    getDocUsers = Operation(
        "users/doc/get",
        GetDocUsersRequest,
        answers.GetDocUsersAnswer,
        repeatable=True,
        paged=SOMEWHERE,
        batched="userIds",
    )
    """Get doc users.

    The server asks: includeInvolvedDocuments needs userIds, max 5.
    """

    updateUsers = Operation(
        "users/update",
        UpdateUsersRequest,
        answers.UpdateUsersAnswer,
        repeatable=True,
        docs="v2/users/update-users",
    )
    """Update users.

    The server asks: documentId or folderId, not both; organizationId required unless options.all.
    """

    deleteUsers = Operation(
        "users/delete",
        DeleteUsersRequest,
        answers.DeleteUsersAnswer,
        repeatable=False,
        docs="v2/users/delete-users",
    )
    """Delete users.

    The server asks: documentId or folderId, not both.
    """

    addUserInvite = Operation(
        "users/invite/add",
        AddUserInviteRequest,
        answers.AddUserInviteAnswer,
        repeatable=False,
    )
    """Add user invite.

    The server asks: doc_user needs documentId; folder_user needs folderId.
    """

    respondToInvite = Operation(
        "users/invite/respond",
        RespondUserInviteRequest,
        answers.RespondToInviteAnswer,
        repeatable=False,
    )
    """Respond to invite.

    The server asks: ACCEPTED needs user and authToken; authToken is the invited user's token, in the body.
    """

    getInvitedUsers = Operation(
        "users/invite/get",
        GetInvitedUsersRequest,
        answers.GetInvitedUsersAnswer,
        repeatable=True,
        paged=NEXT_PAGE_TOKEN,
    )
    """Get invited users."""

    getUserInvitations = Operation(
        "users/invitations/get",
        GetUserInvitationsRequest,
        answers.GetUserInvitationsAnswer,
        repeatable=True,
        paged=NEXT_PAGE_TOKEN,
    )
    """Get user invitations."""

    getInvitedPendingUsersCount = Operation(
        "users/invite/pending/count",
        GetInvitedPendingUsersCountRequest,
        answers.GetInvitedPendingUsersCountAnswer,
        repeatable=True,
    )
    """Get invited pending users count."""

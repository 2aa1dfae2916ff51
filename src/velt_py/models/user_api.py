"""Requests of `sdk.api.users`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddUserInviteRequest",
    "AddUsersRequest",
    "DeleteUsersRequest",
    "GetDocUsersRequest",
    "GetInvitedPendingUsersCountRequest",
    "GetInvitedUsersRequest",
    "GetUserInvitationsRequest",
    "GetUsersCountRequest",
    "GetUsersRequest",
    "RespondUserInviteRequest",
    "UpdateUsersRequest",
]


@dataclass
class AddUsersRequest(ApiRequest):
    """Fields of `users.addUsers`."""

    organizationId: Optional[str] = fact("string", required=True)
    users: Optional[List[Dict[str, Any]]] = fact("User[]", required=True)
    createOrganization: Optional[bool] = fact("boolean")
    documentId: Optional[str] = fact("string")
    createDocument: Optional[bool] = fact("boolean")
    folderId: Optional[str] = fact("string")
    createFolder: Optional[bool] = fact("boolean")
    parentFolderId: Optional[str] = fact("string")
    context: Optional[Dict[str, Any]] = fact("object")


@dataclass
class GetUsersRequest(ApiRequest):
    """Fields of `users.getUsers`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    folderId: Optional[str] = fact("string")
    userIds: Optional[List[str]] = fact("string[]", most=30)
    organizationUserGroupIds: Optional[List[str]] = fact("string[]", most=30)
    allDocuments: Optional[bool] = fact("boolean")
    groupByDocumentId: Optional[bool] = fact("boolean")
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")
    includeInvolvedDocuments: Optional[bool] = fact("boolean")
    includeInvolvedDocumentsCount: Optional[bool] = fact("boolean")
    searchKey: Optional[str] = fact("string")


@dataclass
class GetUsersCountRequest(ApiRequest):
    """Fields of `users.getUsersCount`."""

    organizationId: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    userId: Optional[str] = fact("string")
    allDocuments: Optional[bool] = fact("boolean")


@dataclass
class GetDocUsersRequest(ApiRequest):
    """Fields of `users.getDocUsers`."""

    organizationId: Optional[str] = fact("string")
    userIds: Optional[List[str]] = fact("string[]", most=20)
    includeInvolvedDocuments: Optional[bool] = fact("boolean")
    pageSize: Optional[int] = fact("integer")
    pageToken: Optional[str] = fact("string")


@dataclass
class UpdateUsersRequest(ApiRequest):
    """Fields of `users.updateUsers`."""

    organizationId: Optional[str] = fact("string", required=True)
    users: Optional[List[Dict[str, Any]]] = fact("User[]", required=True)
    documentId: Optional[str] = fact("string")
    folderId: Optional[str] = fact("string")
    options: Optional[Dict[str, Any]] = fact("object")


@dataclass
class DeleteUsersRequest(ApiRequest):
    """Fields of `users.deleteUsers`."""

    organizationId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)
    documentId: Optional[str] = fact("string")
    folderId: Optional[str] = fact("string")
    context: Optional[Dict[str, Any]] = fact("object")


@dataclass
class AddUserInviteRequest(ApiRequest):
    """Fields of `users.addUserInvite`."""

    email: Optional[str] = fact("string")
    organizationId: Optional[str] = fact("string")
    type: Optional[str] = fact("string", one_of=("org_user", "doc_user", "folder_user"))
    organizationName: Optional[str] = fact("string")
    documentId: Optional[str] = fact("string")
    documentName: Optional[str] = fact("string")
    folderId: Optional[str] = fact("string")
    folderName: Optional[str] = fact("string")
    invitedBy: Optional[Dict[str, Any]] = fact("object")


@dataclass
class RespondUserInviteRequest(ApiRequest):
    """Fields of `users.respondToInvite`."""

    email: Optional[str] = fact("string")
    organizationId: Optional[str] = fact("string")
    status: Optional[str] = fact("string", one_of=("ACCEPTED", "REJECTED", "WITHDRAWN"))
    type: Optional[str] = fact("string", one_of=("org_user", "doc_user", "folder_user"))
    documentId: Optional[str] = fact("string")
    folderId: Optional[str] = fact("string")
    user: Optional[Dict[str, Any]] = fact("object")
    authToken: Optional[str] = fact("string")


@dataclass
class GetInvitedUsersRequest(ApiRequest):
    """Fields of `users.getInvitedUsers`."""

    organizationId: Optional[str] = fact("string")
    email: Optional[str] = fact("string")
    pageSize: Optional[int] = fact("integer")
    pageToken: Optional[str] = fact("string")
    isPendingUsersOnly: Optional[bool] = fact("boolean")


@dataclass
class GetUserInvitationsRequest(ApiRequest):
    """Fields of `users.getUserInvitations`."""

    organizationId: Optional[str] = fact("string")
    email: Optional[str] = fact("string")
    pageSize: Optional[int] = fact("integer")
    pageToken: Optional[str] = fact("string")
    status: Optional[str] = fact("string", one_of=("PENDING", "ACCEPTED", "REJECTED", "WITHDRAWN"))
    type: Optional[str] = fact("string", one_of=("org_user", "doc_user", "folder_user"))


@dataclass
class GetInvitedPendingUsersCountRequest(ApiRequest):
    """Fields of `users.getInvitedPendingUsersCount`."""

    organizationId: Optional[str] = fact("string")
    type: Optional[str] = fact("string", one_of=("org_user", "doc_user", "folder_user"))

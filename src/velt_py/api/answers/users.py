"""Answers of `sdk.api.users`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddUserInviteAnswer",
    "AddUsersAnswer",
    "DeleteUsersAnswer",
    "GetDocUsersAnswer",
    "GetInvitedPendingUsersCountAnswer",
    "GetInvitedUsersAnswer",
    "GetUserInvitationsAnswer",
    "GetUsersAnswer",
    "GetUsersCountAnswer",
    "RespondToInviteAnswer",
    "UpdateUsersAnswer",
]


class AddUsersDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class AddUsersResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddUsersDataEntry]


class AddUsersAnswer(Failable):
    result: AddUsersResult


class _UserRecord(TypedDict, total=False):
    name: str
    email: str


class UserRecord(_UserRecord):
    userId: str


class _GetUsersResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetUsersResult(_GetUsersResult):
    status: str
    message: str
    data: Union[List[UserRecord], Dict[str, List[UserRecord]]]


class GetUsersAnswer(Failable):
    result: GetUsersResult


class GetUsersCountData(TypedDict):
    count: float


class GetUsersCountResult(TypedDict):
    status: str
    message: str
    data: GetUsersCountData


class GetUsersCountAnswer(Failable):
    result: GetUsersCountResult


class _GetDocUsersResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetDocUsersResult(_GetDocUsersResult):
    status: str
    message: str
    data: List[UserRecord]


class GetDocUsersAnswer(Failable):
    result: GetDocUsersResult


class UpdateUsersDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class UpdateUsersResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateUsersDataEntry]


class UpdateUsersAnswer(Failable):
    result: UpdateUsersResult


class DeleteUsersDataEntry(TypedDict):
    success: bool
    message: str


class DeleteUsersResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteUsersDataEntry]


class DeleteUsersAnswer(Failable):
    result: DeleteUsersResult


class AddUserInviteResult(TypedDict):
    status: str
    message: str
    data: Dict[str, Any]


class AddUserInviteAnswer(Failable):
    result: AddUserInviteResult


class RespondToInviteResult(TypedDict):
    status: str
    message: str
    data: Dict[str, Any]


class RespondToInviteAnswer(Failable):
    result: RespondToInviteResult


class GetInvitedUsersData(TypedDict):
    email: str
    type: str
    status: str


class _GetInvitedUsersResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetInvitedUsersResult(_GetInvitedUsersResult):
    status: str
    message: str
    data: List[GetInvitedUsersData]


class GetInvitedUsersAnswer(Failable):
    result: GetInvitedUsersResult


class GetUserInvitationsData(TypedDict):
    organizationId: str
    type: str
    status: str


class _GetUserInvitationsResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetUserInvitationsResult(_GetUserInvitationsResult):
    status: str
    message: str
    data: List[GetUserInvitationsData]


class GetUserInvitationsAnswer(Failable):
    result: GetUserInvitationsResult


class GetInvitedPendingUsersCountData(TypedDict):
    count: float


class GetInvitedPendingUsersCountResult(TypedDict):
    status: str
    message: str
    data: GetInvitedPendingUsersCountData


class GetInvitedPendingUsersCountAnswer(Failable):
    result: GetInvitedPendingUsersCountResult

"""Answers of `sdk.api.userGroups`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Dict, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddUserGroupsAnswer",
    "AddUsersToGroupAnswer",
    "DeleteUsersFromGroupAnswer",
]


class AddUserGroupsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class AddUserGroupsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddUserGroupsDataEntry]


class AddUserGroupsAnswer(Failable):
    result: AddUserGroupsResult


class AddUsersToGroupDataEntry(TypedDict):
    success: bool
    organizationUserGroupId: str
    message: str


class AddUsersToGroupResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddUsersToGroupDataEntry]


class AddUsersToGroupAnswer(Failable):
    result: AddUsersToGroupResult


class DeleteUsersFromGroupDataEntry(TypedDict):
    success: bool
    organizationUserGroupId: str
    message: str


class DeleteUsersFromGroupResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteUsersFromGroupDataEntry]


class DeleteUsersFromGroupAnswer(Failable):
    result: DeleteUsersFromGroupResult

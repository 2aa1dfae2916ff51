"""Answers of `sdk.api.organizations`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Dict, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddOrganizationsAnswer",
    "DeleteOrganizationsAnswer",
    "GetOrganizationsAnswer",
    "UpdateOrganizationDisableStateAnswer",
    "UpdateOrganizationsAnswer",
]


class AddOrganizationsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class AddOrganizationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddOrganizationsDataEntry]


class AddOrganizationsAnswer(Failable):
    result: AddOrganizationsResult


class _GetOrganizationsData(TypedDict, total=False):
    organizationName: str


class GetOrganizationsData(_GetOrganizationsData):
    id: str
    disabled: bool


class _GetOrganizationsResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetOrganizationsResult(_GetOrganizationsResult):
    status: str
    message: str
    data: List[GetOrganizationsData]


class GetOrganizationsAnswer(Failable):
    result: GetOrganizationsResult


class UpdateOrganizationsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class UpdateOrganizationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateOrganizationsDataEntry]


class UpdateOrganizationsAnswer(Failable):
    result: UpdateOrganizationsResult


class DeleteOrganizationsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class DeleteOrganizationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteOrganizationsDataEntry]


class DeleteOrganizationsAnswer(Failable):
    result: DeleteOrganizationsResult


class UpdateOrganizationDisableStateDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class UpdateOrganizationDisableStateResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateOrganizationDisableStateDataEntry]


class UpdateOrganizationDisableStateAnswer(Failable):
    result: UpdateOrganizationDisableStateResult

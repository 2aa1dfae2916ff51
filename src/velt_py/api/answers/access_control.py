"""Answers of `sdk.api.accessControl`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddPermissionsAnswer",
    "GenerateSignatureAnswer",
    "GenerateTokenAnswer",
    "GetPermissionsAnswer",
    "RemovePermissionsAnswer",
]


class AddPermissionsResult(TypedDict):
    status: str
    message: str
    data: Any


class AddPermissionsAnswer(Failable):
    result: AddPermissionsResult


class GetPermissionsDataEntry(TypedDict, total=False):
    folders: Dict[str, PermissionEntry]
    documents: Dict[str, PermissionEntry]
    organization: Dict[str, PermissionEntry]
    context: GetPermissionsDataEntryContext


class PermissionEntry(TypedDict, total=False):
    accessRole: str
    accessType: str
    expiresAt: float
    error: str
    errorCode: str


class GetPermissionsDataEntryContext(TypedDict):
    accessFields: List[str]


class GetPermissionsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, GetPermissionsDataEntry]


class GetPermissionsAnswer(Failable):
    result: GetPermissionsResult


class RemovePermissionsResult(TypedDict):
    status: str
    message: str
    data: Any


class RemovePermissionsAnswer(Failable):
    result: RemovePermissionsResult


class GenerateSignatureData(TypedDict):
    signature: str


class GenerateSignatureResult(TypedDict):
    status: str
    message: str
    data: GenerateSignatureData


class GenerateSignatureAnswer(Failable):
    result: GenerateSignatureResult


class GenerateTokenData(TypedDict):
    token: str


class GenerateTokenResult(TypedDict):
    status: str
    message: str
    data: GenerateTokenData


class GenerateTokenAnswer(Failable):
    result: GenerateTokenResult

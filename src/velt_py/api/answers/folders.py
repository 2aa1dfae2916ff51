"""Answers of `sdk.api.folders`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Dict, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddFolderAnswer",
    "DeleteFolderAnswer",
    "GetFoldersAnswer",
    "UpdateFolderAccessAnswer",
    "UpdateFolderAnswer",
]


class AddFolderDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class AddFolderResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddFolderDataEntry]


class AddFolderAnswer(Failable):
    result: AddFolderResult


class _Folder(TypedDict, total=False):
    folderName: str
    subFolders: List[Folder]


class Folder(_Folder):
    folderId: str
    organizationId: str
    parentFolderId: str
    apiKey: str
    createdAt: float
    lastUpdated: float
    ancestors: List[str]
    accessType: str
    inheritAccessFromParent: bool


class _GetFoldersResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetFoldersResult(_GetFoldersResult):
    status: str
    message: str
    data: List[Folder]


class GetFoldersAnswer(Failable):
    result: GetFoldersResult


class UpdateFolderDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class UpdateFolderResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateFolderDataEntry]


class UpdateFolderAnswer(Failable):
    result: UpdateFolderResult


class DeleteFolderResult(TypedDict):
    status: str
    message: str
    data: None


class DeleteFolderAnswer(Failable):
    result: DeleteFolderResult


class _UpdateFolderAccessDataEntry(TypedDict, total=False):
    inheritFromParent: bool


class UpdateFolderAccessDataEntry(_UpdateFolderAccessDataEntry):
    success: bool
    accessType: Optional[str]
    message: str


class UpdateFolderAccessResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateFolderAccessDataEntry]


class UpdateFolderAccessAnswer(Failable):
    result: UpdateFolderAccessResult

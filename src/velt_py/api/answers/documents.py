"""Answers of `sdk.api.documents`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddDocumentsAnswer",
    "DeleteDocumentsAnswer",
    "GetDocumentsAnswer",
    "GetDocumentsCountAnswer",
    "MigrateDocumentsAnswer",
    "MigrateDocumentsStatusAnswer",
    "MoveDocumentsAnswer",
    "UpdateDocumentAccessAnswer",
    "UpdateDocumentDisableStateAnswer",
    "UpdateDocumentsAnswer",
]


class AddDocumentsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class AddDocumentsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, AddDocumentsDataEntry]


class AddDocumentsAnswer(Failable):
    result: AddDocumentsResult


class _GetDocumentsData(TypedDict, total=False):
    documentName: str


class GetDocumentsData(_GetDocumentsData):
    disabled: bool
    accessType: str
    id: str


class _GetDocumentsResult(TypedDict, total=False):
    pageToken: Optional[str]


class GetDocumentsResult(_GetDocumentsResult):
    status: str
    message: str
    data: List[GetDocumentsData]


class GetDocumentsAnswer(Failable):
    result: GetDocumentsResult


class _GetDocumentsCountData(TypedDict, total=False):
    filtersApplied: bool


class GetDocumentsCountData(_GetDocumentsCountData):
    count: float


class GetDocumentsCountResult(TypedDict):
    status: str
    message: str
    data: GetDocumentsCountData


class GetDocumentsCountAnswer(Failable):
    result: GetDocumentsCountResult


class UpdateDocumentsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class UpdateDocumentsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateDocumentsDataEntry]


class UpdateDocumentsAnswer(Failable):
    result: UpdateDocumentsResult


class DeleteDocumentsDataEntry(TypedDict):
    success: bool
    id: str
    message: str


class DeleteDocumentsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteDocumentsDataEntry]


class DeleteDocumentsAnswer(Failable):
    result: DeleteDocumentsResult


class MoveDocumentsResult(TypedDict):
    status: str
    message: str
    data: Any


class MoveDocumentsAnswer(Failable):
    result: MoveDocumentsResult


class UpdateDocumentAccessDataEntry(TypedDict):
    success: bool
    accessType: str
    message: str


class UpdateDocumentAccessResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateDocumentAccessDataEntry]


class UpdateDocumentAccessAnswer(Failable):
    result: UpdateDocumentAccessResult


class UpdateDocumentDisableStateDataEntry(TypedDict):
    success: bool
    disabled: bool
    message: str


class UpdateDocumentDisableStateResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateDocumentDisableStateDataEntry]


class UpdateDocumentDisableStateAnswer(Failable):
    result: UpdateDocumentDisableStateResult


class MigrateDocumentsData(TypedDict):
    migrationId: str


class MigrateDocumentsResult(TypedDict):
    status: str
    message: str
    data: MigrateDocumentsData


class MigrateDocumentsAnswer(Failable):
    result: MigrateDocumentsResult


class MigrateDocumentsStatusData(TypedDict):
    migrationId: str
    status: str


class MigrateDocumentsStatusResult(TypedDict):
    status: str
    message: str
    data: MigrateDocumentsStatusData


class MigrateDocumentsStatusAnswer(Failable):
    result: MigrateDocumentsStatusResult

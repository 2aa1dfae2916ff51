"""Answers of `sdk.api.activities`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddActivitiesAnswer",
    "DeleteActivitiesAnswer",
    "GetActivitiesAnswer",
    "UpdateActivitiesAnswer",
]


class AddActivitiesData(TypedDict):
    success: bool
    message: str


class AddActivitiesResult(TypedDict):
    status: str
    message: str
    data: AddActivitiesData


class AddActivitiesAnswer(Failable):
    result: AddActivitiesResult


class _GetActivitiesData(TypedDict, total=False):
    targetEntityId: str
    displayMessageTemplate: str
    displayMessageTemplateData: Dict[str, Any]


class GetActivitiesData(_GetActivitiesData):
    id: str
    featureType: str
    actionType: str
    actionUser: GetActivitiesDataActionUser
    metadata: GetActivitiesDataMetadata
    timestamp: float


class _GetActivitiesDataActionUser(TypedDict, total=False):
    email: str
    name: str


class GetActivitiesDataActionUser(_GetActivitiesDataActionUser):
    userId: str


class GetActivitiesDataMetadata(TypedDict):
    apiKey: str
    documentId: str
    organizationId: str


class _GetActivitiesResult(TypedDict, total=False):
    pageToken: Optional[str]


class GetActivitiesResult(_GetActivitiesResult):
    status: str
    message: str
    data: List[GetActivitiesData]


class GetActivitiesAnswer(Failable):
    result: GetActivitiesResult


class UpdateActivitiesDataEntry(TypedDict):
    success: bool
    message: str


class UpdateActivitiesResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateActivitiesDataEntry]


class UpdateActivitiesAnswer(Failable):
    result: UpdateActivitiesResult


class DeleteActivitiesDataEntry(TypedDict):
    success: bool
    message: str


class DeleteActivitiesResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteActivitiesDataEntry]


class DeleteActivitiesAnswer(Failable):
    result: DeleteActivitiesResult

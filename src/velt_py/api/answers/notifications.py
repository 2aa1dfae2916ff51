"""Answers of `sdk.api.notifications`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddNotificationsAnswer",
    "DeleteNotificationsAnswer",
    "GetNotificationConfigAnswer",
    "GetNotificationsAnswer",
    "SetNotificationConfigAnswer",
    "UpdateNotificationsAnswer",
]


class AddNotificationsData(TypedDict):
    success: bool
    message: str


class AddNotificationsResult(TypedDict):
    status: str
    message: str
    data: AddNotificationsData


class AddNotificationsAnswer(Failable):
    result: AddNotificationsResult


class _GetNotificationsData(TypedDict, total=False):
    notificationSourceData: Dict[str, Any]
    actionUser: GetNotificationsDataActionUser
    displayBodyMessage: str
    displayHeadlineMessageTemplate: str
    displayHeadlineMessageTemplateData: Dict[str, Any]
    metadata: GetNotificationsDataMetadata
    notifyUsers: Dict[str, bool]
    notifyUsersByUserId: Dict[str, bool]
    timestamp: float


class GetNotificationsData(_GetNotificationsData):
    id: str
    notificationSource: str


class _GetNotificationsDataActionUser(TypedDict, total=False):
    email: str
    name: str


class GetNotificationsDataActionUser(_GetNotificationsDataActionUser):
    userId: str


class GetNotificationsDataMetadata(TypedDict):
    apiKey: str
    documentId: str
    organizationId: str


class _GetNotificationsResult(TypedDict, total=False):
    pageToken: Optional[str]


class GetNotificationsResult(_GetNotificationsResult):
    status: str
    message: str
    data: List[GetNotificationsData]


class GetNotificationsAnswer(Failable):
    result: GetNotificationsResult


class UpdateNotificationsDataEntry(TypedDict):
    success: bool
    message: str


class UpdateNotificationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, UpdateNotificationsDataEntry]


class UpdateNotificationsAnswer(Failable):
    result: UpdateNotificationsResult


class DeleteNotificationsDataEntry(TypedDict):
    success: bool
    message: str


class DeleteNotificationsResult(TypedDict):
    status: str
    message: str
    data: Dict[str, DeleteNotificationsDataEntry]


class DeleteNotificationsAnswer(Failable):
    result: DeleteNotificationsResult


class GetNotificationConfigData(TypedDict):
    config: GetNotificationConfigDataConfig
    metadata: GetNotificationConfigDataMetadata


class GetNotificationConfigDataConfig(TypedDict, total=False):
    inbox: str
    email: str


class _GetNotificationConfigDataMetadata(TypedDict, total=False):
    documentId: str


class GetNotificationConfigDataMetadata(_GetNotificationConfigDataMetadata):
    organizationId: str
    apiKey: str
    userId: str


class GetNotificationConfigResult(TypedDict):
    status: str
    message: str
    data: List[GetNotificationConfigData]


class GetNotificationConfigAnswer(Failable):
    result: GetNotificationConfigResult


class _SetNotificationConfigDataEntry(TypedDict, total=False):
    documentId: str


class SetNotificationConfigDataEntry(_SetNotificationConfigDataEntry):
    success: bool
    userId: str
    message: str


class SetNotificationConfigResult(TypedDict):
    status: str
    message: str
    data: Dict[str, SetNotificationConfigDataEntry]


class SetNotificationConfigAnswer(Failable):
    result: SetNotificationConfigResult

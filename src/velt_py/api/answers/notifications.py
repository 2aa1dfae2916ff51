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


class GetNotificationsData(TypedDict):
    id: str
    notificationSource: str
    notificationSourceData: Dict[str, Any]
    actionUser: GetNotificationsDataActionUser
    displayBodyMessage: str
    displayHeadlineMessageTemplate: str
    displayHeadlineMessageTemplateData: Dict[str, Any]
    metadata: GetNotificationsDataMetadata
    notifyUsers: Dict[str, bool]
    notifyUsersByUserId: Dict[str, bool]
    timestamp: float


class GetNotificationsDataActionUser(TypedDict):
    email: str
    name: str
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


class GetNotificationConfigDataConfig(TypedDict):
    inbox: str
    email: str


class GetNotificationConfigDataMetadata(TypedDict):
    organizationId: str
    apiKey: str
    documentId: str
    userId: str


class GetNotificationConfigResult(TypedDict):
    status: str
    message: str
    data: List[GetNotificationConfigData]


class GetNotificationConfigAnswer(Failable):
    result: GetNotificationConfigResult


class SetNotificationConfigDataEntry(TypedDict):
    success: bool
    userId: str
    documentId: str
    message: str


class SetNotificationConfigResult(TypedDict):
    status: str
    message: str
    data: Dict[str, SetNotificationConfigDataEntry]


class SetNotificationConfigAnswer(Failable):
    result: SetNotificationConfigResult

"""Requests of `sdk.api.notifications`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from velt_py.models.request import ApiRequest, fact

__all__ = [
    "AddNotificationsRequest",
    "DeleteNotificationsRequest",
    "GetNotificationConfigRequest",
    "GetNotificationsRequest",
    "SetNotificationConfigRequest",
    "UpdateNotificationsRequest",
]


@dataclass
class AddNotificationsRequest(ApiRequest):
    """Fields of `notifications.addNotifications`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string", required=True)
    actionUser: Optional[Dict[str, Any]] = fact("User", required=True)
    displayHeadlineMessageTemplate: Optional[str] = fact("string")
    displayBodyMessage: Optional[str] = fact("string")
    notifyUsers: Optional[List[Dict[str, Any]]] = fact("User[]", required=True)
    createOrganization: Optional[bool] = fact("boolean")
    createDocument: Optional[bool] = fact("boolean")
    verifyUserPermissions: Optional[bool] = fact("boolean")
    notificationId: Optional[str] = fact("string")
    displayHeadlineMessageTemplateData: Optional[Dict[str, Any]] = fact("object")
    displayBodyMessageTemplate: Optional[str] = fact("string")
    displayBodyMessageTemplateData: Optional[Dict[str, Any]] = fact("object")
    notifyAll: Optional[bool] = fact("boolean")
    notificationSourceData: Optional[Dict[str, Any]] = fact("object")
    location: Optional[Dict[str, Any]] = fact("object")
    metadata: Optional[Dict[str, Any]] = fact("object")
    isNotificationResolverUsed: Optional[bool] = fact("boolean")
    isCrossOrganizationEnabled: Optional[bool] = fact("boolean")
    context: Optional[Dict[str, Any]] = fact("Context")
    notificationSource: Optional[str] = fact(
        "string", one_of=("custom", "comment", "huddle", "crdt"), docs_only=True
    )


@dataclass
class GetNotificationsRequest(ApiRequest):
    """Fields of `notifications.getNotifications`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    userId: Optional[str] = fact("string")
    locationId: Optional[str] = fact("string")
    notificationIds: Optional[List[str]] = fact("string[]", most=30)
    pageSize: Optional[int] = fact("number")
    pageToken: Optional[str] = fact("string")
    order: Optional[str] = fact("string", one_of=("asc", "desc"))


@dataclass
class UpdateNotificationsRequest(ApiRequest):
    """Fields of `notifications.updateNotifications`."""

    organizationId: Optional[str] = fact("string", required=True)
    notifications: Optional[List[Dict[str, Any]]] = fact("object[]")
    documentId: Optional[str] = fact("string")
    locationId: Optional[str] = fact("string")
    userId: Optional[str] = fact("string")
    verifyUserPermissions: Optional[bool] = fact("boolean")


@dataclass
class DeleteNotificationsRequest(ApiRequest):
    """Fields of `notifications.deleteNotifications`."""

    organizationId: Optional[str] = fact("string", required=True)
    documentId: Optional[str] = fact("string")
    locationId: Optional[str] = fact("string")
    userId: Optional[str] = fact("string")
    notificationIds: Optional[List[str]] = fact("string[]")


@dataclass
class GetNotificationConfigRequest(ApiRequest):
    """Fields of `notifications.getNotificationConfig`."""

    organizationId: Optional[str] = fact("string", required=True)
    userId: Optional[str] = fact("string", required=True)
    documentIds: Optional[List[str]] = fact("string[]", most=30)
    getOrganizationConfig: Optional[bool] = fact("boolean")


@dataclass
class SetNotificationConfigRequest(ApiRequest):
    """Fields of `notifications.setNotificationConfig`."""

    organizationId: Optional[str] = fact("string", required=True)
    userIds: Optional[List[str]] = fact("string[]", required=True)
    config: Optional[Dict[str, Any]] = fact("object", required=True)
    documentIds: Optional[List[str]] = fact("string[]")

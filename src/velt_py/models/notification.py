"""Custom notifications, and the requests of their resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Optional

from velt_py.models.base import Model, Request

__all__ = [
    "DeleteNotificationResolverRequest",
    "GetNotificationResolverRequest",
    "PartialNotification",
    "SaveNotificationResolverRequest",
]


@dataclass
class PartialNotification(Model):
    """A notification.

    Args:
        notificationId: the notification's id.
        displayHeadlineMessageTemplate, displayHeadlineMessageTemplateData: its headline, and what fills it.
        displayBodyMessage: its text.
        displayBodyMessageTemplate, displayBodyMessageTemplateData: its text as a template, and what fills it.
        notificationSourceData: what the sender adds.
        extra_fields: custom fields, and other names that were sent.
    """

    _id: ClassVar[str] = "notificationId"

    notificationId: str
    displayHeadlineMessageTemplate: Optional[str] = None
    displayHeadlineMessageTemplateData: Optional[Dict[str, Any]] = None
    displayBodyMessage: Optional[str] = None
    displayBodyMessageTemplate: Optional[str] = None
    displayBodyMessageTemplateData: Optional[Dict[str, Any]] = None
    notificationSourceData: Optional[Any] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class GetNotificationResolverRequest(Request):
    """Ask for notifications.

    Args:
        organizationId: the organization.
        notificationIds: only these; an empty list selects none.
        extra_fields: other names that were sent.
    """

    organizationId: str
    notificationIds: Optional[List[str]] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveNotificationResolverRequest(Request):
    """Save notifications; for the backend's own use, the browser does not post it.

    Args:
        notifications: notifications by id.
        organizationId: the organization.
        extra_fields: other names that were sent.
    """

    notifications: Dict[str, PartialNotification]
    organizationId: str = ""
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class DeleteNotificationResolverRequest(Request):
    """Delete one notification.

    Args:
        notificationId: the notification.
        organizationId: the organization.
        extra_fields: other names that were sent.
    """

    notificationId: str
    organizationId: str = ""
    extra_fields: Optional[Dict[str, Any]] = None

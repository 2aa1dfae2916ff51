"""Custom notifications in the customer's own store."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from velt_py.models.notification import (
    DeleteNotificationResolverRequest,
    GetNotificationResolverRequest,
    SaveNotificationResolverRequest,
)
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, single
from velt_py.selfhosting.records import NOTIFICATIONS
from velt_py.selfhosting.requests import compact, deleting, found_records, gone, reading, saved, saves

__all__ = ["NotificationService"]


def get_keywords(organizationId: str, notificationIds: Optional[List[str]] = None) -> Body:
    return compact(organizationId=organizationId, notificationIds=notificationIds)


def save_keywords(organizationId: str, notifications: Mapping[str, Any]) -> Body:
    return compact(organizationId=organizationId, notifications=notifications)


def delete_keywords(organizationId: str, notificationId: str) -> Body:
    return compact(organizationId=organizationId, notificationId=notificationId)


class NotificationService(Resolver[S]):
    """Custom notifications: `sdk.selfHosting.notifications`. Call forms and answers as for comments.

    https://docs.velt.dev/self-host-data/notifications
    """

    getNotifications = ResolverOperation(
        "notifications.get",
        GetNotificationResolverRequest,
        get_keywords,
        single(reading(NOTIFICATIONS, "notificationIds"), found_records),
    )
    """Get notifications of an organization.

    Args:
        organizationId: the organization; nothing of another one is ever returned.
        notificationIds: only these; an empty list selects none, absent means all.

    Returns:
        `data` maps the notification's id to the stored notification; unknown ids are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    saveNotifications = ResolverOperation(
        "notifications.save",
        SaveNotificationResolverRequest,
        save_keywords,
        single(saves(NOTIFICATIONS, "notifications", ()), saved),
    )
    """Save notifications, all or none, in one write; for the backend's own use, the browser does not post them.

    Args:
        organizationId: the organization.
        notifications: notifications by id.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    deleteNotification = ResolverOperation(
        "notifications.delete",
        DeleteNotificationResolverRequest,
        delete_keywords,
        single(deleting(NOTIFICATIONS, "notificationId"), gone),
    )
    """Delete one notification.

    Args:
        organizationId: the organization.
        notificationId: the notification.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `NOT_FOUND` (404), `DATABASE_ERROR` (500).
    """

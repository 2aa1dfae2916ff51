"""`sdk.api.notifications`: the table of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py.api.operation import Operation, Service, T, untyped
from velt_py.api.pages import PAGE_TOKEN
from velt_py.models import known_fields
from velt_py.models.notification_api import (
    AddNotificationsRequest,
    DeleteNotificationsRequest,
    GetNotificationConfigRequest,
    GetNotificationsRequest,
    SetNotificationConfigRequest,
    UpdateNotificationsRequest,
)

if TYPE_CHECKING:
    from velt_py.api.answers import notifications as answers
else:
    answers = untyped

__all__ = ["NotificationApiService"]


class NotificationApiService(Service[T]):
    """Notifications and their settings."""

    area = "notifications"

    addNotifications = Operation(
        "notifications/add",
        AddNotificationsRequest,
        answers.AddNotificationsAnswer,
        repeatable=False,
        docs="v2/notifications/add-notifications",
    )
    """Add notifications.

    The server asks: displayHeadlineMessageTemplate and displayBodyMessage required unless
    isNotificationResolverUsed.
    """

    getNotifications = Operation(
        "notifications/get",
        GetNotificationsRequest,
        answers.GetNotificationsAnswer,
        repeatable=True,
        paged=PAGE_TOKEN,
        batched="notificationIds",
        docs="v2/notifications/get-notifications-v2",
    )
    """Get notifications.

    The server asks: documentId or userId.
    """

    updateNotifications = Operation(
        "notifications/update",
        UpdateNotificationsRequest,
        answers.UpdateNotificationsAnswer,
        repeatable=True,
        known=known_fields.updateNotifications,
        docs="v2/notifications/update-notifications",
    )
    """Update notifications."""

    deleteNotifications = Operation(
        "notifications/delete",
        DeleteNotificationsRequest,
        answers.DeleteNotificationsAnswer,
        repeatable=False,
        docs="v2/notifications/delete-notifications",
    )
    """Delete notifications."""

    getNotificationConfig = Operation(
        "notifications/config/get",
        GetNotificationConfigRequest,
        answers.GetNotificationConfigAnswer,
        repeatable=True,
        docs="v2/notifications/get-config",
    )
    """Get notification config.

    The server asks: documentIds optional when getOrganizationConfig.
    """

    setNotificationConfig = Operation(
        "notifications/config/set",
        SetNotificationConfigRequest,
        answers.SetNotificationConfigAnswer,
        repeatable=True,
        docs="v2/notifications/set-config",
    )
    """Set notification config."""

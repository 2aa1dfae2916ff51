"""Whether a service of an api key is on: the one place that decides it. Pure on records."""

from __future__ import annotations

from typing import Mapping, Optional, Tuple, cast

from velt_py.emulator.areas.configurations import config_of
from velt_py.emulator.call import Call, Document
from velt_py.emulator.refusals import Refused

__all__ = ["need_service", "service_of"]

SERVICES: Mapping[str, Tuple[str, str]] = {
    "notification": ("useNotificationService", "notificationServiceConfig"),
    "email": ("useEmailService", "emailServiceConfig"),
    "webhook": ("useWebhookService", "webhookServiceConfig"),
    "activity": ("", "activityServiceConfig"),
}
"""The switch of a service and its settings; that of activities is inside the settings."""
OFF_AT_FIRST = frozenset(["webhook"])
"""Services that have nothing to do before they are configured."""


def service_of(call: Call, name: str, asked: bool = True) -> Optional[Document]:
    """The settings of a service where it is on; None where it is off.

    Until it is configured, a service is on for what was asked for, unless that is assumed otherwise.

    Args:
        name: notification, email, webhook or activity.
        asked: whether the call, or the browser, asked for what the service does.
    """
    if call.records.get("config", name) is None:
        usable = asked and name not in OFF_AT_FIRST
        return {} if usable and call.chosen("notifications-enabled") == "on" else None
    config = config_of(call, name)
    switch, inside = SERVICES[name]
    settings = cast(Document, config[inside])
    return settings if (config[switch] if switch else settings.get("isEnabled")) is True else None


def need_service(call: Call, name: str) -> Document:
    """The settings of a service.

    Raises:
        Refused: it is off.
    """
    settings = service_of(call, name)
    if settings is None:
        raise Refused("FAILED_PRECONDITION", f"The {name} service is not enabled.")
    return settings

"""The services of an api key, as Velt's pages describe them: what is shown, what switching one on brings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Tuple, cast

from velt_py.emulator.endpoints import ON_REQUEST
from velt_py.emulator.refusals import Refused, invalid
from velt_py.webhooks.names import V1_NAMES

__all__ = ["DEFAULTS", "NOTHING", "NOT_CONFIGURED", "SERVICES", "Service", "merged"]

Document = Dict[str, Any]

NOT_CONFIGURED = (
    "Advanced webhooks are not configured for this workspace. Enable them first via POST "
    '/v2/workspace/advancedwebhookconfig/update with { "isEnabled": true }.'
)
NOTHING = "At least one field must be provided for update"
BATCHES: Document = {"isEnabled": False, "batchWindowSeconds": 10, "maxActivities": 2}
DEFAULTS: Mapping[str, Document] = {
    "email": {
        "useEmailService": False,
        "emailServiceConfig": {
            "type": "default",
            **dict.fromkeys(("apiKey", "fromEmail", "fromCompany", "commentTemplateId", "tagTemplateId"), ""),
        },
    },
    "webhook": {
        "useWebhookService": False,
        "webhookServiceConfig": {"authToken": "", "rawNotificationUrl": "", "processedNotificationUrl": ""},
    },
    "notification": {
        "useNotificationService": False,
        "notificationServiceConfig": {
            "triggers": {"comment": {}, "huddle": {}},
            "delayConfig": {"isEnabled": False, "delaySeconds": 10},
            "batchConfig": {"document": BATCHES, "user": BATCHES},
        },
    },
    "permissionProvider": {
        "usePermissionProvider": False,
        "permissionProviderConfig": {"permissionProviderUrl": "", "authToken": ""},
    },
    "activity": {"activityServiceConfig": {"isEnabled": False}},
    "advancedWebhook": {
        "isEnabled": False,
        "encryptData": False,
        "encodeData": False,
        "publicKey": "",
        "enableDataProtection": False,
    },
}
"""What is shown of each service until it is configured, and of what was not said afterwards."""
RANGES: Mapping[Tuple[str, ...], Tuple[int, int]] = {
    ("delayConfig", "delaySeconds"): (10, 15_552_000),
    ("batchConfig", "document", "batchWindowSeconds"): (10, 604_800),
    ("batchConfig", "user", "batchWindowSeconds"): (10, 604_800),
    ("batchConfig", "document", "maxActivities"): (2, 50),
    ("batchConfig", "user", "maxActivities"): (2, 50),
}
ALL_COMMENTS: Mapping[str, bool] = {
    name: True for (source, _), name in V1_NAMES.items() if source == "comment"
}
COMMENTS: Mapping[str, bool] = {name: True for name in ALL_COMMENTS if name not in ON_REQUEST}
"""The standard triggers of comments: all events but those that only come to whoever asks for them."""
HUDDLES: Mapping[str, bool] = {"huddle.create": True, "huddle.join": True}


def merged(before: Document, given: Mapping[str, Any]) -> Document:
    """A partial update: objects are merged, everything else is replaced.

    What is changed is a new object; the rest is shared with `before`, and must not be changed in place.
    """
    after = dict(before)
    for name, value in given.items():
        if isinstance(value, dict):
            old: Any = after.get(name)
            value = merged(cast(Document, old) if isinstance(old, dict) else {}, cast(Document, value))
        after[name] = value
    return after


def _email(stored: Document, given: Document) -> Document:
    config: Document = given.get("emailServiceConfig") or {}
    on = given.get("useEmailService") is True or config.get("type") == "custom"
    if not on or _has_triggers(stored, "emailServiceConfig"):
        return {}
    triggers = {"comment": COMMENTS, "huddle": HUDDLES}
    return {"useEmailService": True, "emailServiceConfig": {"type": "custom", "triggers": triggers}}


def _webhook(stored: Document, given: Document) -> Document:
    if given.get("useWebhookService") is not True or _has_triggers(stored, "webhookServiceConfig"):
        return {}
    triggers = {"comment": COMMENTS, "huddle": HUDDLES, "crdt": False, "recorder": False}
    return {"webhookServiceConfig": {"triggers": triggers, "enableDataProtection": False}}


def _notification(stored: Document, given: Document) -> Document:
    on = given.get("useNotificationService") is True
    if not on or _has_triggers(stored, "notificationServiceConfig"):
        return {}
    return {"notificationServiceConfig": {"triggers": {"comment": COMMENTS, "huddle": HUDDLES}}}


def _activity(stored: Document, given: Document) -> Document:
    config: Document = given["activityServiceConfig"]
    if config.get("isEnabled") is not True or stored:
        return {}
    return {"activityServiceConfig": {"immutable": True, "triggers": {"comment": ALL_COMMENTS}}}


def _nothing(stored: Document, given: Document) -> Document:
    return {}


def _has_triggers(stored: Document, name: str) -> bool:
    config: Any = stored.get(name)
    return isinstance(config, dict) and "triggers" in cast(Document, config)


def _check_email(stored: Document, after: Document) -> None:
    config: Document = after.get("emailServiceConfig") or {}
    if config.get("type", "default") not in ("default", "sendgrid", "custom"):
        raise invalid("Invalid email service configuration.")


def _check_numbers(stored: Document, after: Document) -> None:
    for path, (least, most) in RANGES.items():
        found: Any = after.get("notificationServiceConfig")
        for name in path:
            found = cast(Document, found).get(name) if isinstance(found, dict) else None
        if found is not None and (
            isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most
        ):
            raise invalid(f"{'.'.join(path)} must be an integer between {least} and {most}")


def _check_enabled(stored: Document, after: Document) -> None:
    if not stored and after.get("isEnabled") is not True:
        raise Refused("FAILED_PRECONDITION", NOT_CONFIGURED)


def _fits(stored: Document, after: Document) -> None:
    """Everything is taken."""


@dataclass(frozen=True)
class Service:
    """A service.

    Args:
        title: how its answers call it.
        nothing: what is said when no field is given.
        seeds: what is stored beside a request that switches it on for the first time.
        check: refuses what cannot be stored, by what was stored before and would be afterwards.
        urls: the fields that hold addresses of the application, in the config of that name.
        wrong_url: what is said of an address that is none.
        switch, settings: the fields of the configuration that switch it on and that hold the rest; the switch of
            activities, `isEnabled`, is inside the settings.
        at_first: whether it has something to do before it is configured.
    """

    title: str
    nothing: str
    seeds: Callable[[Document, Document], Document] = _nothing
    check: Callable[[Document, Document], None] = _fits
    urls: Tuple[str, ...] = ()
    wrong_url: str = ""
    switch: str = ""
    settings: str = ""
    at_first: bool = True


SERVICES: Mapping[str, Service] = {
    "email": Service(
        "Email configuration",
        "At least one of useEmailService or emailServiceConfig must be provided",
        _email,
        _check_email,
        switch="useEmailService",
        settings="emailServiceConfig",
    ),
    "webhook": Service(
        "Webhook configuration",
        "At least one of useWebhookService or webhookServiceConfig must be provided",
        _webhook,
        urls=("rawNotificationUrl", "processedNotificationUrl"),
        wrong_url="Invalid webhook service configuration.",
        switch="useWebhookService",
        settings="webhookServiceConfig",
        at_first=False,
    ),
    "notification": Service(
        "Notification configuration",
        "At least one of useNotificationService or notificationServiceConfig must be provided",
        _notification,
        _check_numbers,
        switch="useNotificationService",
        settings="notificationServiceConfig",
    ),
    "permissionProvider": Service(
        "Permission provider configuration",
        "At least one of usePermissionProvider or permissionProviderConfig must be provided",
        urls=("permissionProviderUrl",),
        wrong_url="Please enter a valid URL",
    ),
    "activity": Service("Activity logs configuration", NOTHING, _activity, settings="activityServiceConfig"),
    "advancedWebhook": Service(
        "Advanced webhook configuration",
        "At least one of isEnabled, encryptData, encodeData, publicKey or enableDataProtection must be provided.",
        check=_check_enabled,
    ),
}
"""The services by the names under which their configurations are kept."""

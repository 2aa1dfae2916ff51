"""What Velt writes into a configuration when its service is switched on for the first time. Pure on documents."""

from __future__ import annotations

from typing import Any, Dict, cast

from velt_py.emulator.call import Document
from velt_py.emulator.endpoints import ON_REQUEST
from velt_py.webhooks.names import EVENTS

__all__ = [
    "merged",
    "with_activity_defaults",
    "with_mail_defaults",
    "with_provider_defaults",
    "with_triggers",
]

SERVICES = {
    "webhook": ("useWebhookService", "webhookServiceConfig"),
    "notification": ("useNotificationService", "notificationServiceConfig"),
}
MAIL = "emailServiceConfig"
PROVIDER = "permissionProviderConfig"
ACTIVITY = "activityServiceConfig"


def _comment_triggers(on_request: bool) -> Dict[str, bool]:
    names = [name for name in EVENTS if name.partition(".")[0] in ("comment", "comment_annotation")]
    return {name: True for name in names if on_request or name not in ON_REQUEST}


def _triggers() -> Document:
    huddle = {name: True for name in EVENTS if name.startswith("huddle.")}
    return {"comment": _comment_triggers(False), "huddle": huddle}


def with_triggers(name: str, before: Document, after: Document) -> None:
    """Seed the triggers of webhooks or of notifications.

    Args:
        name: of the configuration.
        before, after: the configuration as it was, and as the request leaves it; what is seeded is written there.
    """
    switch, inside = SERVICES[name]
    if after[switch] is not True or "triggers" in before[inside]:
        return
    seeds: Document = {"triggers": _triggers()}
    if name == "webhook":
        seeds["triggers"].update(crdt={"crdt.update_data": False}, recorder={"recorder.done": False})
        seeds["enableDataProtection"] = False
    after[inside] = merged(seeds, after[inside])


def with_mail_defaults(before: Document, after: Document) -> None:
    """Seed the configuration of mails, which a custom provider switches on, too."""
    on = after["useEmailService"] is True or after[MAIL].get("type") == "custom"
    if not on or "triggers" in before[MAIL]:
        return
    after[MAIL] = merged({"type": "custom", "triggers": _triggers()}, after[MAIL])
    after["useEmailService"] = True


def with_provider_defaults(before: Document, after: Document) -> None:
    """Seed the configuration of a permission provider."""
    if after["usePermissionProvider"] is True and not before[PROVIDER]:
        after[PROVIDER] = {"permissionProviderUrl": "", "authToken": "", **after[PROVIDER]}


def with_activity_defaults(before: Document, after: Document, now: int) -> None:
    """Seed the configuration of activities.

    Args:
        now: milliseconds since 1970.
    """
    if after[ACTIVITY].get("isEnabled") is not True or before[ACTIVITY].get("enabledTime"):
        return
    seeds: Document = {
        "triggers": {"comment": _comment_triggers(True)},
        "immutable": True,
        "enabledTime": now,
    }
    after[ACTIVITY] = merged(seeds, after[ACTIVITY])


def merged(before: Document, given: Document) -> Document:
    """A partial update: objects are merged, everything else is replaced."""
    found = dict(before)
    for name, value in given.items():
        old: Any = found.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        found[name] = merged(cast(Document, old), cast(Document, value)) if both else value
    return found

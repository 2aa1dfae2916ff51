"""Webhooks of what happened: to the urls of basic webhooks and to the endpoints of advanced ones. Pure on records."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple, cast

from velt_py.emulator.areas.configurations import config_of
from velt_py.emulator.call import Call, Document
from velt_py.emulator.choices import choice_of
from velt_py.emulator.deliveries import BASIC, SVIX, Delivery, enqueue
from velt_py.emulator.effects.facts import Happening, metadata_of, switched_on
from velt_py.emulator.effects.people import Audience, is_private
from velt_py.emulator.endpoints import listens, secret_of
from velt_py.emulator.identity import push_id
from velt_py.emulator.service_switches import service_of
from velt_py.emulator.state import Row
from velt_py.webhooks.names import V1_ACTIONS

__all__ = ["send"]

USUAL = {"comment": True, "huddle": True, "crdt": False, "recorder": False}
"""Which features basic webhooks tell of unless their triggers say otherwise."""
URLS = ("rawNotificationUrl", "processedNotificationUrl")


def send(call: Call, happening: Happening, audience: Audience) -> None:
    """Queue the webhooks of something that happened."""
    basic, advanced = _basic_config(call, happening), config_of(call.records, "advancedWebhook")
    targets: List[Row] = _listening(call, happening) if advanced["isEnabled"] is True else []
    if basic is None and not targets:
        return
    call.guess("webhook-events")
    if True in ((basic or {}).get("enableDataProtection"), advanced.get("enableDataProtection")):
        call.guess("webhook-data-protection")
    webhook = push_id(call.key, "webhook", call.records.next_number("webhook"))
    if basic is not None:
        _send_basic(call, happening, basic, webhook, _basic_body(call, happening, audience, webhook))
    if targets:
        _send_advanced(call, happening, advanced, webhook, targets)


def _send_basic(call: Call, happening: Happening, config: Document, webhook: str, body: Document) -> None:
    """Queue a webhook for each address of basic webhooks."""
    (encode, key), (pause, about) = _wrapping(config), _debounced(happening, BASIC)
    for number, url in enumerate(dict.fromkeys(config[name] for name in URLS if config.get(name))):
        delivery = Delivery(
            BASIC,
            str(url),
            str(config.get("authToken") or ""),
            happening.event,
            webhook,
            body,
            id=f"{webhook}_{number}",
            encode=encode,
            public_key=key,
            pause=pause,
            about=about,
        )
        enqueue(call.records, delivery, call.now)


def _send_advanced(
    call: Call, happening: Happening, config: Document, webhook: str, targets: List[Row]
) -> None:
    """Queue a webhook for each endpoint of advanced webhooks."""
    body, (encode, key) = _advanced_body(call, happening, webhook), _wrapping(config)
    for row in targets:
        pause, about = _debounced(happening, row.ids[0])
        delivery = Delivery(
            SVIX,
            row.doc["url"],
            secret_of(call.records, row.ids[0]),
            happening.event,
            f"msg_{webhook[1:]}",
            body,
            id=f"{webhook}_{row.ids[0]}",
            endpoint=row.ids[0],
            encode=encode,
            public_key=key,
            pause=pause,
            about=about,
        )
        enqueue(call.records, delivery, call.now)


def _listening(call: Call, happening: Happening) -> List[Row]:
    """The endpoints of advanced webhooks that get an event."""
    endpoints = call.records.under("endpoint")
    by_source = choice_of(call.choices, "webhook-channels") == "source"
    if any(row.doc.get("channels") for row in endpoints):
        call.guess("webhook-channels")
    channel = happening.source if by_source else None
    return [row for row in endpoints if listens(row.doc, happening.event, channel)]


def _wrapping(config: Document) -> Tuple[bool, str]:
    """Whether bodies are encoded, and what they are encrypted with."""
    key = config.get("publicKey")
    encrypted = config.get("encryptData") is True and isinstance(key, str)
    return config.get("encodeData") is True, cast(str, key) if encrypted else ""


def _debounced(happening: Happening, receiver: str) -> Tuple[int, str]:
    """How long a delivery waits, and what a later one of the same replaces."""
    if not happening.pause:
        return 0, ""
    place = (receiver, happening.event, happening.organization, happening.document, happening.target)
    return happening.pause, json.dumps(place)


def _basic_config(call: Call, happening: Happening) -> Optional[Document]:
    service = service_of(call, "webhook", happening.asked) if happening.event in V1_ACTIONS else None
    if service is None:
        return None
    return service if switched_on(service.get("triggers"), happening.event, USUAL) else None


def _basic_body(call: Call, happening: Happening, audience: Audience, webhook: str) -> Document:
    source, action = V1_ACTIONS[happening.event]
    body: Document = {"webhookId": webhook, "actionType": action, "notificationSource": source}
    body.update(_facts(call, happening))
    if happening.source in ("comment", "crdt"):
        body["accessDeniedUsers"] = audience.denied
    return {**body, **_around(call, happening)}


def _advanced_body(call: Call, happening: Happening, webhook: str) -> Document:
    return {
        "event": happening.event,
        "actionType": _camel(happening.event.partition(".")[2]),
        "source": happening.source,
        "data": _facts(call, happening),
        "webhookId": webhook,
        **_around(call, happening),
    }


def _facts(call: Call, happening: Happening) -> Document:
    facts: Document = {"metadata": metadata_of(call, happening), **happening.more}
    if happening.actor:
        facts["actionUser"] = happening.actor
    if happening.thread is not None:
        facts["commentAnnotation"] = happening.thread
        if is_private(happening.thread):
            facts["visibility"] = happening.thread["visibilityConfig"]
    if happening.comment is not None:
        facts["targetComment"] = happening.comment
    return facts


def _around(call: Call, happening: Happening) -> Document:
    """What stands beside the facts: the platform, and what people want to hear, where they said so."""
    around: Document = {"platform": call.platform} if call.platform else {}
    places = (
        (happening.document, "usersDocumentNotificationsConfig"),
        ("", "usersOrganizationNotificationsConfig"),
    )
    for place, name in places:
        rows = call.records.under("notificationConfig", happening.organization, place)
        found: Dict[str, Any] = {row.ids[-1]: row.doc for row in rows}
        if found:
            around[name] = found
            break
    return around


def _camel(action: str) -> str:
    first, *rest = action.split("_")
    return first + "".join(word.capitalize() for word in rest)

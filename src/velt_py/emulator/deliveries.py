"""What leaves the emulator for the application's own addresses: records until it is delivered. Pure on records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

from velt_py.emulator.logins import without_login
from velt_py.emulator.state import AGENDA, Records, Row

__all__ = [
    "BASIC",
    "DELIVERED",
    "DELIVERY",
    "GIVEN_UP",
    "SVIX",
    "WORKFLOW",
    "Delivery",
    "attempted",
    "drop",
    "enqueue",
    "resend",
    "shown",
]

DELIVERY = "delivery"
"""The kind of the records."""

BASIC, SVIX, WORKFLOW = "basic", "svix", "workflow"

WAITING, DELIVERED, DROPPED = "waiting", "delivered", "dropped"
GIVEN_UP = {BASIC: "failed", SVIX: "exhausted", WORKFLOW: "dead-letter"}
"""The state of a delivery whose last attempt failed."""

RETRIES: Dict[str, Tuple[float, ...]] = {
    BASIC: (),
    SVIX: (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000),
    WORKFLOW: (2, 8, 32, 120, 480),
}
"""Seconds between an attempt that failed and the next one, as documented; none are documented for basic webhooks."""

SHOWN = ("scheme", "url", "event", "eventId", "endpoint", "state", "due", "createdAt", "attempts", "body")


@dataclass(frozen=True)
class Delivery:
    """A webhook that has to leave.

    Args:
        scheme: BASIC, SVIX or WORKFLOW: how it is signed and how often it is tried again.
        url: where to.
        secret: what signs it; for BASIC the configured token, which may be empty.
        event: the name of what happened, for example `comment.add` or `step.completed`.
        event_id: stable over all attempts.
        body: the JSON that is sent.
        id: of the delivery, where one event goes to several addresses; the event's unless given.
        endpoint: the id of the endpoint of advanced webhooks that it is for.
        encode: whether the body leaves in base64.
        public_key: what the body is encrypted with; not at all when it is empty.
        pause: milliseconds until it is due.
        about: what it tells of, where only the latest is told: one about the same for the same address that is not
            due yet is replaced.
    """

    scheme: str
    url: str
    secret: str
    event: str
    event_id: str
    body: Dict[str, Any]
    id: str = ""
    endpoint: str = ""
    encode: bool = False
    public_key: str = ""
    pause: int = 0
    about: str = ""

    def __repr__(self) -> str:
        return f"<Delivery {self.event} {self.event_id}>"


def enqueue(records: Records, delivery: Delivery, now: int) -> None:
    """Keep a delivery, due after its pause. It is committed with the call that caused it, so neither exists alone.

    Args:
        records: those of the api key.
        delivery: what leaves.
        now: milliseconds since 1970 by the emulator's clock.
    """
    name = delivery.id or delivery.event_id
    if delivery.about:
        _replace(records, delivery, now)
    records.put(
        DELIVERY,
        name,
        doc={
            "scheme": delivery.scheme,
            "url": delivery.url,
            "secret": delivery.secret,
            "event": delivery.event,
            "eventId": delivery.event_id,
            "endpoint": delivery.endpoint,
            "encode": delivery.encode,
            "publicKey": delivery.public_key,
            "body": delivery.body,
            "attempts": [],
            "failures": 0,
            "createdAt": now,
            "due": now + delivery.pause,
            "state": WAITING,
        },
    )
    records.put(AGENDA, name, doc={"due": now + delivery.pause, "about": delivery.about})


def _replace(records: Records, delivery: Delivery, now: int) -> None:
    """Forget what is not due yet and tells of the same. What is due may be on its way."""
    for row in records.under(AGENDA):
        same = row.doc.get("about") == delivery.about and row.doc["due"] > now
        waiting = records.get(DELIVERY, row.ids[0]) if same else None
        if waiting is not None and waiting["url"] == delivery.url and not waiting["attempts"]:
            records.delete(DELIVERY, row.ids[0])
            records.delete(AGENDA, row.ids[0])


def attempted(records: Records, name: str, attempt: Dict[str, Any], now: int) -> Optional[str]:
    """Keep what became of an attempt: it was delivered, will be tried again, or is given up.

    Args:
        attempt: `at`, and `status` or `error`.

    Returns:
        The state of the delivery; None when it was deleted meanwhile.
    """
    doc = records.get(DELIVERY, name)
    if doc is None:
        records.delete(AGENDA, name)
        return None
    doc["attempts"].append(attempt)
    if 200 <= attempt.get("status", 0) < 300:
        return _ended(records, name, doc, DELIVERED)
    doc["failures"] += 1
    pauses = RETRIES[doc["scheme"]]
    if doc["failures"] > len(pauses):
        return _ended(records, name, doc, GIVEN_UP[doc["scheme"]])
    pause: float = pauses[int(doc["failures"]) - 1]
    doc["due"] = now + int(pause * 1000)
    records.put(DELIVERY, name, doc=doc)
    records.put(AGENDA, name, doc={"due": doc["due"]})
    return WAITING


def drop(records: Records, name: str) -> None:
    """Give a delivery up without an attempt: its endpoint is gone or disabled."""
    doc = records.get(DELIVERY, name)
    if doc is None:
        records.delete(AGENDA, name)
    else:
        _ended(records, name, doc, DROPPED)


def resend(records: Records, name: str, now: int) -> bool:
    """Send a delivery once more, with the same ids; False when there is none of that id."""
    doc = records.get(DELIVERY, name)
    if doc is None:
        return False
    doc.update(state=WAITING, due=now, failures=0)
    records.put(DELIVERY, name, doc=doc)
    records.put(AGENDA, name, doc={"due": now})
    return True


def shown(records: Records) -> List[Dict[str, Any]]:
    """The log of an api key's deliveries without what signs them, the oldest first."""
    return [_view(records.owner, row) for row in records.under(DELIVERY)]


def _view(owner: str, row: Row) -> Dict[str, Any]:
    view: Dict[str, Any] = {"id": row.ids[0], "apiKey": owner}
    for name in SHOWN:
        view[name] = row.doc.get(name)
    view["url"] = without_login(row.doc["url"])
    return view


def _ended(records: Records, name: str, doc: Dict[str, Any], state: str) -> str:
    doc["state"] = state
    records.put(DELIVERY, name, doc=doc)
    records.delete(AGENDA, name)
    return state

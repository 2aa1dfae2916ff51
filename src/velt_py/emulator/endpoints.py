"""How the endpoints of advanced webhooks fare. Pure on records."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from velt_py.emulator.clock import iso
from velt_py.emulator.deliveries import DELIVERY, SVIX, Delivery, enqueue
from velt_py.emulator.state import Records

__all__ = [
    "EXHAUSTED",
    "ON_REQUEST",
    "failed",
    "is_open",
    "listens",
    "reached",
    "report_exhausted",
    "secret_of",
]

EXHAUSTED = "message.attempt.exhausted"
PATIENCE = 5 * 24 * 3_600_000
"""Milliseconds of nothing but failures after which an endpoint is disabled."""
ON_REQUEST = frozenset(["comment_annotation.suggestion_accept", "comment_annotation.suggestion_reject"])
"""Events that only come to whoever asks for them, by name."""


def is_open(endpoint: Optional[Mapping[str, Any]]) -> bool:
    """Whether an endpoint is there and not disabled."""
    return endpoint is not None and endpoint.get("disabled") is not True


def listens(endpoint: Mapping[str, Any], event: str, channel: Optional[str] = None) -> bool:
    """Whether an endpoint gets an event.

    Args:
        event: its name.
        channel: what it is sent on; None when channels do not matter.
    """
    channels = endpoint.get("channels")
    if not is_open(endpoint) or (channels and channel is not None and channel not in channels):
        return False
    wanted = endpoint.get("filterTypes")
    return event in wanted if isinstance(wanted, list) and wanted else event not in ON_REQUEST


def secret_of(records: Records, endpoint: str) -> str:
    """What signs the messages for an endpoint."""
    return str((records.get("endpointSecret", endpoint) or {"secret": ""})["secret"])


def reached(records: Records, endpoint: str) -> None:
    """An endpoint took a message."""
    records.delete("endpointFailing", endpoint)


def failed(records: Records, endpoint: str, now: int) -> None:
    """An endpoint did not take a message; it is disabled when it has not taken any for five days."""
    failing = records.get("endpointFailing", endpoint)
    if failing is None:
        records.put("endpointFailing", endpoint, doc={"since": now})
        return
    doc = records.get("endpoint", endpoint)
    if doc is not None and now - failing["since"] >= PATIENCE:
        records.put("endpoint", endpoint, doc={**doc, "disabled": True, "updatedAt": iso(now)})


def report_exhausted(records: Records, name: str, now: int) -> None:
    """Tell the other endpoints that a message was given up."""
    doc: Dict[str, Any] = records.get(DELIVERY, name) or {}
    if doc.get("event") == EXHAUSTED:
        return
    last: Dict[str, Any] = doc["attempts"][-1]
    for row in records.under("endpoint"):
        if row.ids[0] == doc["endpoint"] or not listens(row.doc, EXHAUSTED):
            continue
        secret = secret_of(records, row.ids[0])
        body = {
            "type": EXHAUSTED,
            "data": {
                "endpointId": doc["endpoint"],
                "msgId": doc["eventId"],
                "lastAttempt": {"timestamp": iso(last["at"]), "responseStatusCode": last.get("status", 0)},
            },
        }
        event_id = f"{doc['eventId']}_exhausted"
        enqueue(
            records,
            Delivery(
                SVIX, row.doc["url"], secret, EXHAUSTED, event_id, body, f"{name}_{row.ids[0]}", row.ids[0]
            ),
            now,
        )

"""How the endpoints of advanced webhooks fare. Pure on records."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from velt_py.emulator.clock import iso
from velt_py.emulator.deliveries import SVIX, Delivery, enqueue
from velt_py.emulator.state import Records

__all__ = ["EXHAUSTED", "failed", "listens", "reached", "report_exhausted"]

EXHAUSTED = "message.attempt.exhausted"
PATIENCE = 5 * 24 * 3_600_000
"""Milliseconds of nothing but failures after which an endpoint is disabled."""
ON_REQUEST = frozenset(["comment_annotation.suggestion_accept", "comment_annotation.suggestion_reject"])
"""Events that only come to whoever asks for them."""


def listens(endpoint: Mapping[str, Any], event: str) -> bool:
    """Whether an endpoint gets an event."""
    if endpoint.get("disabled") is True:
        return False
    wanted = endpoint.get("filterTypes")
    return event in wanted if isinstance(wanted, list) and wanted else event not in ON_REQUEST


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
    doc: Dict[str, Any] = records.get("delivery", name) or {}
    if doc.get("event") == EXHAUSTED:
        return
    last: Dict[str, Any] = doc["attempts"][-1]
    for row in records.under("endpoint"):
        if row.ids[0] == doc["endpoint"] or not listens(row.doc, EXHAUSTED):
            continue
        secret = (records.get("endpointSecret", row.ids[0]) or {"secret": ""})["secret"]
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

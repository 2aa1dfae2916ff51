"""What leaves the emulator for the application's own addresses: records until it is delivered. Pure on records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Tuple

from velt_py.emulator.state import Records

__all__ = ["BASIC", "DELIVERY", "SVIX", "WORKFLOW", "Delivery", "enqueue"]

DELIVERY = "delivery"
"""The kind of the records."""

BASIC, SVIX, WORKFLOW = "basic", "svix", "workflow"

RETRIES: Dict[str, Tuple[float, ...]] = {
    BASIC: (),
    SVIX: (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000),
    WORKFLOW: (2, 8, 32, 120, 480),
}
"""Seconds between an attempt that failed and the next one, as documented; none are documented for basic webhooks."""


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
    """

    scheme: str
    url: str
    secret: str
    event: str
    event_id: str
    body: Dict[str, Any]

    def __repr__(self) -> str:
        return f"<Delivery {self.event} {self.event_id}>"


def enqueue(records: Records, delivery: Delivery, now: int) -> None:
    """Keep a delivery, due at once. It is committed with the call that caused it, so neither exists alone.

    Args:
        records: those of the api key.
        delivery: what leaves.
        now: milliseconds since 1970 by the emulator's clock.
    """
    records.put(
        DELIVERY,
        delivery.event_id,
        doc={
            "scheme": delivery.scheme,
            "url": delivery.url,
            "secret": delivery.secret,
            "event": delivery.event,
            "body": delivery.body,
            "attempts": [],
            "due": now,
            "state": "waiting",
        },
    )

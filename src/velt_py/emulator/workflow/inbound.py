"""Requests by which other systems start executions: who signed them, what they are called, what they hold. Pure."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, cast

from velt_py.emulator.workflow.predicates import value_at

__all__ = ["event_id", "event_name", "is_genuine", "is_wanted", "trigger_context"]

Document = Dict[str, Any]


class Preset(NamedTuple):
    """How a provider signs: the header, the hash, what stands before the digits, and where the event's name is."""

    header: str
    algorithm: str
    prefix: str
    event_header: str = ""
    event_path: str = ""


PRESETS: Mapping[str, Preset] = {
    "velt": Preset("x-velt-signature", "sha256", "sha256=", event_path="type"),
    "github": Preset("x-hub-signature-256", "sha256", "sha256=", "x-github-event"),
    "vercel": Preset("x-vercel-signature", "sha1", "", "x-vercel-deployment-event", "type"),
}


def _preset(trigger: Document) -> Preset:
    known = PRESETS.get(str(trigger.get("provider", "velt")))
    return known or Preset(
        str(trigger["signatureHeader"]).lower(),
        trigger["signatureAlgorithm"],
        trigger.get("signaturePrefix", ""),
        str(trigger.get("eventNameHeader", "")).lower(),
    )


def is_genuine(trigger: Document, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request was signed with the trigger's secret.

    Args:
        trigger: its `inboundWebhook`.
        headers: their names in lower case.
        body: the bytes as received.
    """
    secret = str(trigger["secret"]).encode("utf-8", "surrogatepass")
    if trigger["authMode"] == "bearer":
        given = headers.get("authorization", "").encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, b"Bearer " + secret)
    preset = _preset(trigger)
    given_text = headers.get(preset.header, "")
    if not given_text.startswith(preset.prefix):
        return False
    # Both algorithms are the providers' own; SHA-1 is what Vercel signs with.
    expected = hmac.new(secret, body, getattr(hashlib, preset.algorithm)).hexdigest()
    return hmac.compare_digest(
        given_text[len(preset.prefix) :].encode("utf-8", "surrogatepass"), expected.encode()
    )


def event_name(trigger: Document, headers: Mapping[str, str], body: Document) -> Optional[str]:
    """The name of the event that a request reports; None when it has none."""
    preset = _preset(trigger)
    named: Any = headers.get(preset.event_header) if preset.event_header else None
    if not named and preset.event_path:
        named = body.get(preset.event_path)
    return named if isinstance(named, str) and named else None


def is_wanted(trigger: Document, name: Optional[str]) -> bool:
    """Whether an event starts an execution; where only some do, one without a name does not."""
    allowed = cast(Optional[List[str]], trigger.get("allowedEvents"))
    return not allowed or name in allowed


def event_id(trigger: Document, headers: Mapping[str, str], body: Document) -> str:
    """The source's own id of an event; empty when it has none."""
    found: Any = None
    if trigger.get("idempotencyHeader"):
        found = headers.get(str(trigger["idempotencyHeader"]).lower())
    if not found and trigger.get("idempotencyBodyPath"):
        found = value_at(body, trigger["idempotencyBodyPath"])
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        return ""
    return str(found)


def trigger_context(trigger: Document, body: Document) -> Document:
    """What an execution is given of a request."""
    payload: Any = body
    if trigger.get("provider", "velt") == "velt":
        payload = body.get("payload")
    context = cast(Document, payload) if isinstance(payload, dict) else {}
    return {"source": context} if trigger.get("payloadMapping") == "wrap" else context

"""Whether Velt sent this: three schemes over the raw bytes of the body. Pure.

The headers say which scheme a request uses, and only its own secrets count. A request with the headers of a scheme
that has no secret is refused: nobody can choose a weaker scheme than those that are configured.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import Any, Iterable, List, NamedTuple, Optional, Tuple

from velt_py.exceptions import VeltWebhookError
from velt_py.selfhosting.bearer import header_values
from velt_py.webhooks.secrets import Secrets

__all__ = ["TOLERANCE", "Verified", "signature_v2", "signature_workflow", "verified"]

TOLERANCE = 300.0
"""Seconds that a signed time may lie in the past or in the future."""

LONGEST_HEADER = 8192
LONGEST_ID = 256
DIGITS = re.compile(r"[0-9]{1,12}\Z")
HEX = re.compile(r"sha256=([0-9a-fA-F]{64})\Z")
V2_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
WORKFLOW_HEADERS = ("x-velt-signature", "x-velt-event-id", "x-velt-attempt")


class Verified(NamedTuple):
    """A request that Velt sent.

    Args:
        scheme: which scheme says so.
        id: the id in the headers; the scheme v1 has none.
        timestamp: seconds since 1970 when it was signed; only the scheme v2 says so.
        attempt: which attempt this is, counted from 0; only the scheme workflow says so, unsigned.
    """

    scheme: str
    id: Optional[str] = None
    timestamp: Optional[int] = None
    attempt: Optional[int] = None


def verified(
    secrets: Secrets, headers: Any, body: bytes, now: float, tolerance: float = TOLERANCE
) -> Verified:
    """Check a request.

    Args:
        secrets: those of the configuration.
        headers: a mapping, whatever the case; a WSGI environment; or pairs, as in an ASGI scope.
        body: the bytes as they came.
        now: seconds since 1970.
        tolerance: seconds that the signed time may differ from `now`, both ways.

    Raises:
        VeltWebhookError: 400 for headers that cannot be read and for a stale message, 401 for a signature that is
            missing or wrong.
    """
    if any(header_values(headers, name) for name in V2_HEADERS):
        return advanced(secrets.v2, headers, body, now, tolerance)
    if any(header_values(headers, name) for name in WORKFLOW_HEADERS):
        return workflow(secrets.workflow, headers, body)
    if header_values(headers, "authorization"):
        return basic(secrets.v1, headers)
    raise unsigned("the request carries no signature of Velt")


def basic(tokens: Tuple[bytes, ...], headers: Any) -> Verified:
    """The scheme v1: the configured token, verbatim."""
    word, _, token = header(headers, "authorization", plain=False).partition(" ")
    given = hashlib.sha256(octets(token.strip())).digest()
    # Digests are compared: of the tokens themselves the time would tell the length.
    same = [hmac.compare_digest(given, hashlib.sha256(expected).digest()) for expected in tokens]
    if word.lower() != "basic" or not any(same):
        raise unsigned("the token is none of those that are configured for the scheme v1")
    return Verified("v1")


def advanced(keys: Tuple[bytes, ...], headers: Any, body: bytes, now: float, tolerance: float) -> Verified:
    """The scheme v2: Svix."""
    id = header(headers, "webhook-id")
    text = header(headers, "webhook-timestamp")
    if not DIGITS.match(text):
        raise malformed("webhook-timestamp", "seconds since 1970 are needed")
    if len(id) > LONGEST_ID:
        raise malformed("webhook-id", f"it has more than {LONGEST_ID} characters")
    given = signatures_in(header(headers, "webhook-signature"))
    if not matches(given, [signature_v2(key, id, text, body) for key in keys]):
        raise unsigned("the signature fits none of the secrets that are configured for the scheme v2")
    if not abs(now - int(text)) <= tolerance:
        raise VeltWebhookError(
            f"the message was signed more than {tolerance:g} seconds before or after this machine's time; it may be "
            "a replay, or the clock is wrong",
            code="WEBHOOK_STALE",
            field="webhook-timestamp",
        )
    return Verified("v2", id, int(text))


def signatures_in(text: str) -> List[bytes]:
    """The signatures in `v1,<base64> v1,<base64> ...`; those of other versions are left out."""
    found: List[bytes] = []
    for entry in text.split():
        version, _, encoded = entry.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            continue
    if not found:
        raise malformed("webhook-signature", "`v1,` and base64 is needed, several separated by spaces")
    return found


def workflow(keys: Tuple[bytes, ...], headers: Any, body: bytes) -> Verified:
    """The scheme of the workflow engine."""
    signature = HEX.match(header(headers, "x-velt-signature"))
    if signature is None:
        raise malformed("x-velt-signature", "`sha256=` and 64 hexadecimal digits are needed")
    given = bytes.fromhex(signature.group(1))
    if not matches([given], [signature_workflow(key, body) for key in keys]):
        raise unsigned("the signature fits none of the secrets that are configured for the scheme workflow")
    id = header(headers, "x-velt-event-id") if header_values(headers, "x-velt-event-id") else None
    if id is not None and len(id) > LONGEST_ID:
        raise malformed("x-velt-event-id", f"it has more than {LONGEST_ID} characters")
    attempt = header(headers, "x-velt-attempt") if header_values(headers, "x-velt-attempt") else None
    if attempt is not None and not DIGITS.match(attempt):
        raise malformed("x-velt-attempt", "a whole number is needed")
    return Verified("workflow", id, None, int(attempt) if attempt is not None else None)


def signature_v2(key: bytes, id: str, timestamp: str, body: bytes) -> bytes:
    """What advanced webhooks are signed with."""
    return hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()


def signature_workflow(key: bytes, body: bytes) -> bytes:
    """What webhooks of the workflow engine are signed with."""
    return hmac.new(key, body, hashlib.sha256).digest()


def matches(given: Iterable[bytes], expected: Iterable[bytes]) -> bool:
    """Whether any of these is any of those; takes as long when the first one fits as when none does."""
    wanted = list(expected)
    same = [hmac.compare_digest(one, other) for one in given for other in wanted]
    return any(same)


def header(headers: Any, name: str, plain: bool = True) -> str:
    """The one value of a header.

    Raises:
        VeltWebhookError: when there is none, several that differ, or one that cannot be read.
    """
    values = {value.strip() for value in header_values(headers, name)}
    if not values or values == {""}:
        raise unsigned(f"the header {name} is missing")
    if len(values) > 1:
        raise malformed(name, "it was sent several times with different values")
    value = values.pop()
    if len(value) > LONGEST_HEADER:
        raise malformed(name, f"it has more than {LONGEST_HEADER} characters")
    if plain and not (value.isascii() and value.isprintable()):
        raise malformed(name, "only printable ASCII characters are accepted")
    return value


def octets(text: str) -> bytes:
    """The bytes of a header's value, which servers hand over as Latin-1."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def malformed(name: str, problem: str) -> VeltWebhookError:
    return VeltWebhookError(f"the header {name} cannot be read: {problem}", field=name)


def unsigned(problem: str) -> VeltWebhookError:
    return VeltWebhookError(problem, code="WEBHOOK_UNVERIFIED", statusCode=401)

"""The body of a webhook: plain, encoded or encrypted JSON. Pure."""

from __future__ import annotations

import base64
import binascii
from math import isinf
from typing import Any, Dict, List, Sequence, cast

from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltValidationError, VeltWebhookError
from velt_py.selfhosting.parsing import parse_json
from velt_py.webhooks.decrypt import decrypted, unreadable

__all__ = ["payload_in"]

ENCRYPTED = ("encryptedData", "encryptedKey", "iv")
DEEPEST = 100
LAYERS = 2
"""What Velt sends when an event is both encoded and encrypted is not written down; either order is read."""


def payload_in(body: bytes, keys: Sequence[Any]) -> Dict[str, Any]:
    """The event's JSON object.

    Args:
        body: the bytes as they came, verified already.
        keys: the private keys, of `decrypt.load_keys`.

    Raises:
        VeltWebhookError: when there is none.
        VeltConfigurationError: when it is encrypted and no private key is configured.
    """
    found = object_in(body)
    for _ in range(LAYERS):
        if any(name in found for name in ENCRYPTED):
            if not keys:
                raise VeltConfigurationError(
                    "the event is encrypted: give the private key as `private_keys`", field="private_keys"
                )
            try:
                found = object_in(decrypted(found, keys))
            except VeltWebhookError:
                raise unreadable() from None
        elif "encodedPayload" in found:
            found = object_in(decoded(found["encodedPayload"]))
        else:
            break
    return found


def object_in(raw: bytes) -> Dict[str, Any]:
    try:
        found = parse_json(raw, "the body")
    except VeltValidationError as error:
        raise refused(error) from None
    if not isinstance(found, dict):
        raise VeltWebhookError("the body has to be a JSON object", field="body")
    check_values(cast(Dict[str, Any], found))
    return cast(Dict[str, Any], found)


def check_values(found: Dict[str, Any]) -> None:
    """Refuse what could be read, but perhaps not be written again: deep nesting, and numbers as 1e400."""
    level: List[Any] = [found]
    for _ in range(DEEPEST):
        values = [
            value
            for each in level
            for value in (cast("Dict[str, Any]", each).values() if isinstance(each, dict) else each)
        ]
        if any(isinstance(value, float) and isinf(value) for value in values):
            raise VeltWebhookError("the body has a number that is too large", field="body")
        level = [value for value in values if isinstance(value, (dict, list))]
        if not level:
            return
    raise VeltWebhookError(f"the body is nested deeper than {DEEPEST} levels", field="body")


def refused(error: VeltSDKError) -> VeltWebhookError:
    return VeltWebhookError(error.message, field=error.field)


def decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise VeltWebhookError("encodedPayload: this is no base64", field="encodedPayload") from None

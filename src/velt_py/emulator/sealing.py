"""How a delivery looks on the wire: encoded, encrypted and signed as its scheme asks for."""

from __future__ import annotations

import base64
import time
from typing import Any, Dict, Mapping, Tuple

from velt_py.emulator.deliveries import BASIC, SVIX, WORKFLOW
from velt_py.exceptions import VeltConfigurationError

__all__ = ["sealed"]

SCHEMES = {BASIC: "v1", SVIX: "v2", WORKFLOW: "workflow"}


def sealed(doc: Mapping[str, Any]) -> Tuple[bytes, Dict[str, str]]:
    """The body and the headers of the next attempt of a delivery.

    The time that is signed is the machine's, whatever the emulator's clock says: receivers hold it against theirs.

    Raises:
        VeltConfigurationError: the secret or the public key cannot be used.
        VeltDependencyError: encryption needs the package cryptography.
    """
    try:
        return _sealed(doc)
    except UnicodeEncodeError:
        failure = VeltConfigurationError("the secret or the public key cannot be written as UTF-8")
    # Raised out here without a cause: the error above quotes the secret.
    raise failure


def _sealed(doc: Mapping[str, Any]) -> Tuple[bytes, Dict[str, str]]:
    from velt_py.webhooks.signing import body_of, encrypt_for_tests, sign_for_tests

    body = body_of(doc["body"])
    if doc.get("encode"):
        body = body_of({"encodedPayload": base64.b64encode(body).decode()})
    if doc.get("publicKey"):
        body = encrypt_for_tests(body, str(doc["publicKey"]))
    if doc["scheme"] == BASIC and not doc["secret"]:
        return body, {"Content-Type": "application/json"}
    headers = sign_for_tests(
        body,
        str(doc["secret"]),
        scheme=SCHEMES[doc["scheme"]],
        id=str(doc["eventId"]),
        timestamp=time.time(),
        attempt=len(doc["attempts"]),
    )
    return body, headers

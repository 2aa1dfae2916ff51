"""`velt trigger`: post a sample of an event to a receiver, signed as Velt would."""

from __future__ import annotations

import argparse
import base64
import json
import os
import uuid
from typing import Any, Mapping, Optional, Tuple, cast

from velt_py.cli.posting import posted
from velt_py.exceptions import VeltConfigurationError
from velt_py.webhooks.names import EVENTS
from velt_py.webhooks.samples import sample_body, scheme_of
from velt_py.webhooks.signing import body_of, encrypt_for_tests, sign_for_tests

__all__ = ["SECRET_VARIABLE", "trigger"]

SECRET_VARIABLE = "VELT_WEBHOOK_SECRET"
SECONDS = 15.0
"""How long Velt waits for an answer."""
LONGEST_ANSWER = 10_000
"""Bytes of an answer that are shown."""


def trigger(given: argparse.Namespace) -> int:
    """Post the event. An answer that Velt would take for a failure: exit code 1."""
    if given.list:
        print(json.dumps(list(EVENTS)) if given.json else "\n".join(EVENTS))
        return 0
    if not given.event or not given.to:
        raise VeltConfigurationError(
            "an event and --to URL are needed; --list shows the events", field="event"
        )
    secret = given.secret or os.environ.get(SECRET_VARIABLE, "")
    if not secret:
        raise VeltConfigurationError(
            f"--secret, or {SECRET_VARIABLE} in the environment, is needed", field="--secret"
        )
    scheme = given.scheme or (scheme_of(given.event) if secret.startswith("whsec_") else "v1")
    body, headers = signed(given, scheme, secret)
    reply = posted(given.to, body, headers, SECONDS, "--to")
    status, answer = reply.status, reply.body[:LONGEST_ANSWER].decode("utf-8", "replace")
    good = 200 <= status < 300
    if given.json:
        print(json.dumps({"status": status, "accepted": good, "answer": answer}))
    else:
        print(f"{given.event} ({scheme}): {status} {'accepted' if good else 'not accepted'}")
        if answer:
            print(answer)
    return 0 if good else 1


def signed(given: argparse.Namespace, scheme: str, secret: str) -> Tuple[bytes, Mapping[str, str]]:
    id = given.id or f"msg_{uuid.uuid4().hex}"
    data = data_in(given.data)
    body = body_of(sample_body(given.event, scheme, id, given.organization, given.document, data))
    if given.encode:
        body = body_of({"encodedPayload": base64.b64encode(body).decode()})
    if given.encrypt_with:
        body = encrypt_for_tests(body, given.encrypt_with)
    return body, sign_for_tests(body, secret, scheme=scheme, id=id)


def data_in(path: Optional[str]) -> Optional[Mapping[str, Any]]:
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            found: Any = json.load(file)
    except OSError as error:
        raise VeltConfigurationError(f"--data {path}: {error.strerror or error}", field="--data") from None
    except ValueError:
        raise VeltConfigurationError(f"--data {path}: this is no JSON", field="--data") from None
    if not isinstance(found, dict):
        raise VeltConfigurationError(f"--data {path}: a JSON object is needed", field="--data")
    return cast(Mapping[str, Any], found)

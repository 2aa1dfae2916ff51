"""`velt trigger`: post a sample of an event to a receiver, signed as Velt would."""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import socket
import urllib.error
import urllib.request
import uuid
from typing import Any, Mapping, Optional, Tuple, cast
from urllib.parse import urlsplit

from velt_py.exceptions import VeltConfigurationError, VeltNetworkError
from velt_py.webhooks.names import EVENTS
from velt_py.webhooks.samples import sample_body, scheme_of
from velt_py.webhooks.signing import body_of, encrypt_for_tests, sign_for_tests

__all__ = ["VARIABLE", "trigger"]

VARIABLE = "VELT_WEBHOOK_SECRET"
SECONDS = 15.0
"""How long Velt waits for an answer."""


def trigger(given: argparse.Namespace) -> int:
    """Post the event. An answer that Velt would take for a failure: exit code 1."""
    if given.list:
        print(json.dumps(list(EVENTS)) if given.json else "\n".join(EVENTS))
        return 0
    if not given.event or not given.to:
        raise VeltConfigurationError(
            "an event and --to URL are needed; --list shows the events", field="event"
        )
    if urlsplit(given.to).scheme not in ("http", "https"):
        raise VeltConfigurationError("--to: an http or https URL is needed", field="--to")
    secret = given.secret or os.environ.get(VARIABLE, "")
    if not secret:
        raise VeltConfigurationError(
            f"--secret, or {VARIABLE} in the environment, is needed", field="--secret"
        )
    scheme = given.scheme or (scheme_of(given.event) if secret.startswith("whsec_") else "v1")
    body, headers = signed(given, scheme, secret)
    status, answer = posted(given.to, body, headers)
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


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Velt follows none: for it a redirect is a failure."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


def posted(url: str, body: bytes, headers: Mapping[str, str]) -> Tuple[int, str]:
    """Status and text of the answer.

    Raises:
        VeltNetworkError: when there is none.
    """
    request = urllib.request.Request(url, body, dict(headers), method="POST")
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=SECONDS) as response:
            return int(response.status), response.read(10_000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(10_000).decode("utf-8", "replace")
    except (urllib.error.URLError, http.client.HTTPException, socket.timeout, OSError) as error:
        reason = getattr(error, "reason", error)
        raise VeltNetworkError(f"{urlsplit(url).netloc} did not answer: {reason}", field="--to") from None

"""Calls of webhook nodes: what is sent, and what an answer means. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Dict, Mapping, NamedTuple, Optional, cast
from urllib.parse import urlencode

__all__ = ["RETRIES", "Judged", "Outbound", "callback_url", "judged", "outbound"]

Document = Dict[str, Any]
TIMEOUT = 10_000
RETRIES = (2_000, 8_000)
"""Milliseconds before a further attempt after an error of the receiver."""
LONGEST_TEXT = 64 * 1024
SHOWN_HEADERS = ("content-type", "content-length", "date", "x-request-id", "retry-after")
TOKEN_HEADER = "x-velt-callback-token"
PATH = "/v2/workflow/webhook-callback"


class Outbound(NamedTuple):
    """A request of a webhook node."""

    method: str
    url: str
    headers: Dict[str, str]
    body: bytes
    seconds: float

    def __repr__(self) -> str:
        return f"<Outbound {self.method} {self.url}>"


class Judged(NamedTuple):
    """What an answer means: `completed`, `failed`, or `again`, with the step's output and error."""

    status: str
    output: Document
    error: Optional[Document] = None


def callback_url(base: str, key: str, execution: str, step: str) -> str:
    """Where an asynchronous receiver answers."""
    return f"{base}{PATH}?{urlencode({'apiKey': key, 'executionId': execution, 'stepId': step})}"


def outbound(call: Mapping[str, Any], callback: str) -> Outbound:
    """The request of a call.

    Args:
        call: as it was kept, with the node's `config`, its input and the execution.
        callback: where an asynchronous receiver answers.
    """
    config: Document = call["config"]
    method = str(config.get("method", "POST"))
    body = (
        b"" if method == "GET" else json.dumps(_body(call, config, callback), separators=(",", ":")).encode()
    )
    headers = dict(cast(Dict[str, str], config.get("requestHeaders") or {}))
    if body:
        headers["Content-Type"] = "application/json"
    mode = config.get("authMode", "hmac")
    if mode == "token":
        headers[config["authTokenHeader"]] = str(call["token"])
    elif mode == "hmac" and call["secret"]:
        key = str(call["secret"]).encode("utf-8", "surrogatepass")
        headers["x-velt-signature"] = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    return Outbound(method, config["url"], headers, body, config.get("timeoutMs", TIMEOUT) / 1000)


def _body(call: Mapping[str, Any], config: Document, callback: str) -> Document:
    token = call.get("callbackToken")
    if config.get("bodyTemplate") == "pass-through":
        context: Document = dict(call["execution"]["triggerContext"])
        if token:
            context["_velt"] = {
                "callbackUrl": callback,
                "callbackToken": token,
                "callbackTokenHeader": TOKEN_HEADER,
            }
        return context
    envelope: Document = {
        "execution": call["execution"],
        "step": {"stepId": call["stepId"], "nodeId": call["nodeId"]},
        "input": call["input"],
    }
    if token:
        envelope["callback"] = {"url": callback, "token": token, "tokenHeader": TOKEN_HEADER}
    return envelope


def judged(call: Mapping[str, Any], status: Optional[int], headers: Mapping[str, str], body: bytes) -> Judged:
    """What an answer means.

    Args:
        call: as it was kept.
        status: of HTTP; None when there was no answer.
        headers: their names in lower case.
        body: the bytes.
    """
    config: Document = call["config"]
    output = _output(status, headers, body)
    expected = config.get("expectedStatusCodes")
    good = status is not None and (status in expected if expected else 200 <= status < 300)
    if good and call["nonEmpty"] and not body and config.get("mode") != "async":
        return Judged(
            "failed", output, {"code": "webhook-node-empty-response", "message": "The answer is empty."}
        )
    if good:
        return Judged("completed", output)
    error = {"code": "webhook-node-failed", "message": f"The receiver answered {status or 'nothing'}."}
    if status is not None and 300 <= status < 500:
        return Judged("failed", output, error)
    again = int(call["attempt"]) < len(RETRIES)
    return Judged("again" if again else "failed", output, error)


def _output(status: Optional[int], headers: Mapping[str, str], body: bytes) -> Document:
    if status is None:
        return {}
    text = body[:LONGEST_TEXT].decode("utf-8", "replace")
    output: Document = {
        "httpStatus": status,
        "responseHeaders": {name: headers[name] for name in SHOWN_HEADERS if name in headers},
        "responseText": text,
    }
    if "json" in headers.get("content-type", ""):
        try:
            output["responseJson"] = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            return output
    return output

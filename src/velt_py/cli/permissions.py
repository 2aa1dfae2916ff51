"""`velt permissions test`: what the permission provider answers, as Velt's servers would get it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from dataclasses import replace
from typing import Any, AsyncIterator, Dict, List, Optional, Tuple, cast

from velt_py.cli.loading import load_name
from velt_py.cli.posting import posted
from velt_py.exceptions import VeltConfigurationError
from velt_py.web.handler import AsyncHandler, Handler
from velt_py.web.messages import Headers, Request

__all__ = ["permissions_test"]

TOKEN_VARIABLE = "VELT_PERMISSION_TOKEN"
SECONDS = 30.0

Answer = Tuple[int, bytes]
"""The HTTP status and the body."""


def permissions_test(given: argparse.Namespace) -> int:
    """Ask the provider once, and print its answer. 0 when Velt would take the answer, 1 when it would drop it."""
    if (given.app is None) == (given.url is None):
        raise VeltConfigurationError("give either --app or --url", field="--app")
    token = given.token or os.environ.get(TOKEN_VARIABLE) or ""
    if not token.isascii() or not token.isprintable():
        raise VeltConfigurationError("--token: a header cannot carry this", field="--token")
    body = json.dumps({"data": {"requests": [asked(given)]}}).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if given.url is not None:
        reply = posted(given.url, body, headers, SECONDS, "--url")
        status, answer = reply.status, reply.body
    else:
        status, answer = in_process(load_name(given.app, "--app"), given.path, body, headers)
    problem, text = problem_in(status, answer), answer.decode("utf-8", "replace")
    if given.json:
        print(json.dumps({"status": status, "accepted": problem is None, "problem": problem, "answer": text}))
    else:
        print(text)
    if problem is not None:
        print(f"velt: Velt drops this answer and denies: {problem}", file=sys.stderr)
    return 0 if problem is None else 1


def asked(given: argparse.Namespace) -> Dict[str, Any]:
    """One question as Velt's servers post it."""
    resource: Dict[str, Any] = {
        "id": given.id,
        "type": given.type,
        "source": given.source,
        "organizationId": given.organization,
    }
    if given.folder is not None:
        resource["parentFolderId"] = given.folder
    if given.context is not None:
        try:
            resource["context"] = json.loads(given.context)
        except ValueError:
            raise VeltConfigurationError("--context: this is no JSON", field="--context") from None
    return {"userId": given.user, "resource": resource}


def in_process(app: Any, path: str, body: bytes, headers: Dict[str, str]) -> Answer:
    """Ask a handler, or an application that has one, without a server."""
    handler = getattr(app, "handler", app)
    request = Request("POST", path, headers=Headers(headers.items()), body=iter([body]), scheme="https")
    if isinstance(handler, Handler):
        response = handler.handle(request)
        return response.status, response.body
    if isinstance(handler, AsyncHandler):
        return asyncio.run(awaited(handler, request, body))
    raise VeltConfigurationError(
        "--app: a Handler, an AsyncHandler or what asgi_app or wsgi_app made is needed; serve other applications and "
        "give its address as --url",
        field="--app",
    )


async def awaited(handler: AsyncHandler, request: Request, body: bytes) -> Answer:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    try:
        response = await handler.handle(replace(request, body=chunks()))
    finally:
        handler.close()
    return response.status, response.body


def problem_in(status: int, answer: bytes) -> Optional[str]:
    """Why Velt would not take an answer, None when it would."""
    if status != 200:
        return f"the HTTP status is {status}"
    try:
        found = json.loads(answer)
    except ValueError:
        return "it is no JSON"
    envelope = cast(Dict[str, Any], found) if isinstance(found, dict) else {}
    if envelope.get("success") is not True or envelope.get("statusCode") != 200:
        return "success has to be true and statusCode 200"
    data = envelope.get("data")
    entries = cast(List[Any], data) if isinstance(data, list) else []
    if len(entries) != 1 or not isinstance(entries[0], dict):
        return "data has to be a list with one decision for each question"
    decision = cast(Dict[str, Any], entries[0])
    missing = [name for name in NEEDED if name not in decision]
    return f"the decision lacks {', '.join(missing)}" if missing else None


NEEDED = ("userId", "resourceId", "type", "organizationId", "hasAccess")

"""The route for Velt's webhooks: the raw body, verified, stored, answered; the functions are called after that."""

from __future__ import annotations

import logging
from typing import Any, Generator

from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.operation import AsyncRunner
from velt_py.web.bodies import Chunks, check_length, check_plain, receive_bytes
from velt_py.web.messages import Request
from velt_py.web.site import Event, Site
from velt_py.web.steps import Ask, Do, WebStep, Work
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.handlers import blocking
from velt_py.webhooks.reader import LARGEST

__all__ = ["received"]

logger = logging.getLogger("velt_py.web")


def received(site: Site, request: Request, event: Event) -> Generator[WebStep, Any, Result]:
    """Receive a webhook. Who is asking is told by the signature, so no hook of the application is asked.

    With a database the answer says that the event is stored. Without one it says that the functions of the
    application are through with it; when one of them fails, Velt sends the event again.
    """
    webhooks = site.webhooks
    assert webhooks is not None
    check_plain(request)
    limit = min(site.settings.limits.max_body_bytes, LARGEST)
    check_length(request, limit)
    chunks = Chunks(limit)
    try:
        raw = yield from receive_bytes(chunks)
    finally:
        event.received = chunks.size
    found: WebhookEvent = yield Work(lambda: webhooks.read(request.headers, bytes(raw)))
    runner = site.selfHosting._runner
    if site.settings.database is None:
        awaited = isinstance(runner, AsyncRunner)
        for each in webhooks.handlers.of(found.name):
            yield Ask("webhooks", each.function if awaited else blocking(each.function), (found,))
        return Result(data={"id": found.id})
    new = bool((yield Do(runner, webhooks.inbox.keep(found))))
    try:
        webhooks.follow(runner, found, new)
    except (RuntimeError, VeltSDKError) as error:
        # The process is ending. The event is stored, and that is what the answer says.
        logger.warning("velt.webhook.interrupted", extra={"velt_error": type(error).__name__})
    return Result(data={"id": found.id, "duplicate": not new})

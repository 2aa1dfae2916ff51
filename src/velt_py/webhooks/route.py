"""The route for Velt's webhooks: the raw body, verified, stored, answered; the functions are called after that."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.answers import Result
from velt_py.web.bodies import Chunks, check_length, check_plain, receive_bytes
from velt_py.web.features import Endpoint
from velt_py.web.flow import enveloped
from velt_py.web.messages import Request
from velt_py.web.site import Event, Site
from velt_py.web.steps import Ask, Do, Flow, Work
from velt_py.webhooks.background import Around, plainly
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.handlers import blocking
from velt_py.webhooks.reader import LARGEST

if TYPE_CHECKING:
    from velt_py.webhooks.receiver import Webhooks

__all__ = ["Kept", "WebhookRoute", "followed"]

logger = logging.getLogger("velt_py.web")

Kept = Callable[[WebhookEvent, bool], None]
"""Called with an event that is stored, and whether it is new."""


@dataclass(frozen=True)
class WebhookRoute:
    """The route of one receiver in one handler. Who is asking is told by the signature, so no hook of the application
    is asked.

    Args:
        webhooks: the receiver.
        site: what the handler was set up with.
        kept: what else is done about a stored event before the answer; may block.
        follows: have the functions called after the answer.
    """

    webhooks: Webhooks
    site: Site
    kept: Optional[Kept] = None
    follows: bool = True

    @property
    def endpoint(self) -> Endpoint:
        """The route as a feature brings it."""
        return Endpoint(self.webhooks.path, "webhooks.receive", ("POST",), self.answer)

    def answer(self, request: Request, event: Event) -> Flow:
        """Receive a webhook.

        With a database the answer says that the event is stored. Without one it says that the functions of the
        application are through with it; when one of them fails, Velt sends the event again.
        """
        check_plain(request)
        limit = min(self.site.settings.limits.max_body_bytes, LARGEST)
        check_length(request, limit)
        chunks = Chunks(limit)
        try:
            raw = yield from receive_bytes(chunks)
        finally:
            event.received = chunks.size
        found: WebhookEvent = yield Work(lambda: self.webhooks.read(request.headers, bytes(raw)))
        if self.site.settings.database is None:
            for each in self.webhooks.handlers.of(found.name):
                yield Ask(
                    "webhooks", each.function if self.site.awaits else blocking(each.function), (found,)
                )
            return enveloped(Result(data={"id": found.id}))
        runner = self.site.selfHosting._runner
        new = bool((yield Do(runner, self.webhooks.inbox.keep(found))))
        kept = self.kept
        if kept is not None:
            yield Work(lambda: kept(found, new))
        if self.follows:
            followed(self.webhooks, runner, found, new)
        return enveloped(Result(data={"id": found.id, "duplicate": not new}))


def followed(
    webhooks: Webhooks, runner: Any, event: WebhookEvent, new: bool, around: Around = plainly
) -> None:
    """Have the functions called, unless the process is ending: the answer says that the event is stored, no more."""
    try:
        webhooks.follow(runner, event, new, around)
    except (RuntimeError, VeltSDKError) as error:
        logger.warning("velt.webhook.interrupted", extra={"velt_error": type(error).__name__})

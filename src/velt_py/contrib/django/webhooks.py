"""Webhooks in a project: stored and answered by the view, told of and handled once the row is committed."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Iterable, Optional

from velt_py.contrib.django.signals import committed, webhook_received
from velt_py.contrib.django.untyped import close_old_connections
from velt_py.web.features import Endpoint
from velt_py.web.site import Site
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.receiver import Webhooks
from velt_py.webhooks.route import WebhookRoute, followed

__all__ = ["WebhookFeature"]


class WebhookFeature:
    """The receiver of `VELT["WEBHOOKS"]` among the routes.

    Behind ASGI too, functions are called in threads that block: they use the ORM.

    Args:
        webhooks: the receiver.
        alias: the project's database that is the inbox; None when it is another store.
    """

    def __init__(self, webhooks: Webhooks, alias: Optional[str]) -> None:
        self.webhooks = webhooks
        self._alias = alias

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        """The route, for a handler."""
        database = site.settings.database
        # Another SDK of the process would not find in its memory what this one has in its own.
        follows = database is not None and database.type == "memory"
        kept = self.tell if follows else self.tell_and_follow
        return [WebhookRoute(self.webhooks, site, kept, follows).endpoint]

    def tell(self, event: WebhookEvent, new: bool) -> None:
        """Send the signal of a new event, once its row is committed."""
        kind = type(event)
        if new and webhook_received.has_listeners(kind):
            committed(partial(webhook_received.send_robust, sender=kind, event=event), self._alias)

    def tell_and_follow(self, event: WebhookEvent, new: bool) -> None:
        """The same, and have the functions called after the answer."""
        self.tell(event, new)
        committed(partial(self._follow, event, new), self._alias)

    def _follow(self, event: WebhookEvent, new: bool) -> None:
        from velt_py.contrib.django.process import get_sdk

        followed(self.webhooks, get_sdk()._runner, event, new, tidily)


def tidily(work: Callable[[], Any]) -> None:
    """Do some work in a thread of ours as Django does a request in its own: connections that are too old or broken
    are closed before it and after it."""
    close_old_connections()
    try:
        work()
    finally:
        close_old_connections()

"""The console among the routes of an application."""

from __future__ import annotations

from functools import partial
from typing import Any, Generator, Iterable, List, Optional, cast

from velt_py.console.answers import FILES, Permit, answer_file, answer_moved, answer_start, answer_view
from velt_py.console.recent import Recent
from velt_py.console.source import Source
from velt_py.console.stored import StoredSource
from velt_py.exceptions import VeltConfigurationError
from velt_py.web.access import Access
from velt_py.web.features import Endpoint
from velt_py.web.flow import authenticated, authorized, check_origin, not_configured
from velt_py.web.messages import Request
from velt_py.web.site import Event, Site
from velt_py.web.steps import Flow, WebStep
from velt_py.webhooks.receiver import Webhooks

__all__ = ["Console"]

GET = ("GET", "HEAD")


class Console:
    """A page to look at what is stored, for the `features` of a handler: `asgi_app(sdk, features=[Console()])`.

    It never changes anything. The page itself holds nothing; for what it shows, `authenticate` and `authorize` are
    asked as for every other route, with operations of its own: `console.organizations`, `console.documents`,
    `console.threads`, `console.activity`, `console.files`, `console.notifications`, `console.people`, `console.search`.
    What belongs to no organization, `console.inbox` and `console.requests`, is asked about with an empty
    `organizationId`.

    Args:
        path: below the mount of the routes.
        inbox: the queue of the webhook inbox to show. Without it that of the `Webhooks` among the same features is
            shown, if there is one.
        requests: how many of the latest requests of this process are kept to be shown.

    Raises:
        VeltConfigurationError: names the argument at fault.
    """

    def __init__(self, path: str = "/console", *, inbox: Optional[str] = None, requests: int = 500) -> None:
        given: Any = path
        if not isinstance(given, str) or not given.startswith("/") or given.endswith("/"):
            raise VeltConfigurationError(
                "path: it has to start with a slash and end without one", field="path"
            )
        if inbox is not None and (not isinstance(cast(Any, inbox), str) or not inbox):
            raise VeltConfigurationError("inbox: the name of a queue is needed", field="inbox")
        if not isinstance(cast(Any, requests), int) or not 1 <= requests <= 100_000:
            raise VeltConfigurationError("requests: a number from 1 to 100000 is needed", field="requests")
        self.path = path
        self._inbox = inbox
        self._recent = Recent(requests)

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        """The routes, for one handler."""
        source = StoredSource(site, self._recent, self._inbox or queue_of(site))
        here = partial(Endpoint, methods=GET, described=False, polled=True)
        path, last = self.path, self.path.rpartition("/")[2]
        found: List[Endpoint] = [here(path, "console.page", answer=partial(moved, site, last))]
        for name in FILES:
            found.append(here(f"{path}/{name}", "console.page", answer=partial(page, site, name)))
        start = partial(started, site, source, "../" * path.count("/") + "files/")
        found.append(here(f"{path}/api/start", "console.start", answer=start, signed_in=True))
        for name in source.views:
            shown = partial(viewed, site, source, name)
            found.append(here(f"{path}/api/{name}", f"console.{name}", answer=shown, signed_in=True))
        return found

    def saw(self, event: Event) -> None:
        """Keep a request that was answered, unless the console itself has asked."""
        if not event.route.startswith("console."):
            self._recent.add(event)


def queue_of(site: Site) -> Optional[str]:
    """The queue of the inbox that the same handler fills."""
    if site.settings.database is None:
        return None
    for feature in site.features:
        webhooks = getattr(feature, "webhooks", feature)
        if isinstance(webhooks, Webhooks):
            return webhooks.inbox.queue
    return None


def configured(site: Site) -> None:
    if site.missing is not None:
        raise not_configured(site.missing)


def moved(site: Site, name: str, request: Request, event: Event) -> Flow:
    configured(site)
    return answer_moved(name)
    yield  # answers are generators


def page(site: Site, name: str, request: Request, event: Event) -> Flow:
    """The page and what it loads hold nothing of anybody: whoever may sign in may see how."""
    configured(site)
    return answer_file(name, request)
    yield  # answers are generators


def started(site: Site, source: Source, files: str, request: Request, event: Event) -> Flow:
    permit = yield from asking(site, request, event)
    return (yield from answer_start(source, request, permit, files))


def viewed(site: Site, source: Source, name: str, request: Request, event: Event) -> Flow:
    permit = yield from asking(site, request, event)
    return (yield from answer_view(source, name, request, permit))


def asking(site: Site, request: Request, event: Event) -> Generator[WebStep, Any, Permit]:
    """Find out who is asking; returns what asks what they may see."""
    configured(site)
    check_origin(site, request)
    principal = yield from authenticated(site, request, event)

    def permit(access: Access) -> Generator[WebStep, Any, None]:
        yield from authorized(site, principal, access, event)

    return permit

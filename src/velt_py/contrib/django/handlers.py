"""The handlers of the routes as Django needs them: blocking work in Django's own threads, hooks of both kinds, the rule
for cookies, and who did what for the signals."""

from __future__ import annotations

import contextvars
from typing import Any, Callable, List, NamedTuple, Optional, Tuple

from asgiref.sync import async_to_sync, sync_to_async

from velt_py.contrib.django.conf import Options
from velt_py.contrib.django.csrf import check_cookies
from velt_py.contrib.django.webhooks import WebhookFeature
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.web.access import Access
from velt_py.web.handler import AsyncHandler, Handler
from velt_py.web.hooks import is_async
from velt_py.web.messages import Request

__all__ = ["Asked", "DjangoAsyncHandler", "asked", "make_async_handler", "make_handler"]


class Asked(NamedTuple):
    """One question of whether something is allowed, and its answer."""

    principal: Any
    access: Access
    allowed: bool


asked: contextvars.ContextVar[Optional[List[Asked]]] = contextvars.ContextVar("velt_asked", default=None)
"""The questions of the request that is being answered."""

Hook = Callable[..., Any]


class DjangoAsyncHandler(AsyncHandler):
    """An `AsyncHandler` whose blocking work runs in the request's own thread: Django's connections belong to it."""

    async def in_thread(self, work: Callable[[], Any]) -> Any:
        return await sync_to_async(work, thread_sensitive=True)()


def features_of(options: Options) -> Tuple[Any, ...]:
    """What brings routes of its own."""
    if options.webhooks is None:
        return options.features
    return (*options.features, WebhookFeature(options.webhooks, options.alias))


def make_handler(sdk: VeltSDK, options: Options) -> Handler:
    """The handler for WSGI."""
    hooks = [async_to_sync(hook) if is_async(hook) else hook for hook in options.authenticate]
    allows = options.authorize
    allows = async_to_sync(allows) if allows is not None and is_async(allows) else allows

    def authenticate(request: Request) -> Any:
        for hook in hooks:
            principal = hook(request)
            if principal is not None and principal is not False:
                check_cookies(request, options.cookie_rule)
                return principal
        return None

    def authorize(principal: Any, access: Access) -> Any:
        assert allows is not None
        return noted(principal, access, allows(principal, access))

    return Handler(
        sdk,
        authenticate=authenticate,
        authorize=authorize if allows is not None else None,
        origins=options.origins,
        allow_headers=options.allow_headers,
        features=features_of(options),
    )


def make_async_handler(sdk: AsyncVeltSDK, options: Options) -> DjangoAsyncHandler:
    """The handler for ASGI, in one event loop."""
    hooks: Tuple[Hook, ...] = tuple([awaited(hook) for hook in options.authenticate])
    allows = None if options.authorize is None else awaited(options.authorize)
    check: Hook = sync_to_async(check_cookies, thread_sensitive=True)

    async def authenticate(request: Request) -> Any:
        for hook in hooks:
            principal = await hook(request)
            if principal is not None and principal is not False:
                if "cookie" in request.headers:
                    await check(request, options.cookie_rule)
                return principal
        return None

    async def authorize(principal: Any, access: Access) -> Any:
        assert allows is not None
        return noted(principal, access, await allows(principal, access))

    return DjangoAsyncHandler(
        sdk,
        authenticate=authenticate,
        authorize=authorize if allows is not None else None,
        origins=options.origins,
        allow_headers=options.allow_headers,
        features=features_of(options),
    )


def awaited(hook: Hook) -> Hook:
    """A hook to await; a plain one runs in the request's own thread."""
    return hook if is_async(hook) else sync_to_async(hook, thread_sensitive=True)


def noted(principal: Any, access: Access, answer: Any) -> Any:
    """The answer of the hook, after it was noted for the signals."""
    questions = asked.get()
    if questions is not None:
        questions.append(Asked(principal, access, answer is True))
    return answer

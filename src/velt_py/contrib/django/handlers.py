"""The handlers of the routes as Django needs them: blocking work in Django's own threads, hooks of both kinds, the rule
for cookies, and who did what for the signals."""

from __future__ import annotations

import contextvars
import functools
from dataclasses import replace
from typing import Any, Callable, List, NamedTuple, Optional, Tuple

from asgiref.sync import async_to_sync, sync_to_async

from velt_py._functions import is_async
from velt_py.contrib.django.conf import Options
from velt_py.contrib.django.csrf import check_cookies
from velt_py.contrib.django.webhooks import WebhookFeature
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.web.access import Access
from velt_py.web.handler import AsyncHandler, Handler
from velt_py.web.messages import Request
from velt_py.web.permissions import PermissionRoute
from velt_py.web.tokens import TokenRoute

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
    hooks: List[Any] = [blocking(hook) for hook in options.authenticate]
    allows = blocking(options.authorize)

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
        features=[blocking_feature(each) for each in features_of(options)],
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
        features=[awaited_feature(each) for each in features_of(options)],
    )


def blocking(hook: Any) -> Any:
    """A hook that blocks, whichever kind it was."""
    return async_to_sync(hook) if hook is not None and is_async(hook) else hook


def blocking_feature(feature: Any) -> Any:
    """A feature whose functions can be called under WSGI."""
    if isinstance(feature, TokenRoute):
        return replace(feature, grant=blocking(feature.grant))
    if isinstance(feature, PermissionRoute):
        can, can_all = blocking(feature.can), blocking(feature.can_all)
        return replace(feature, can=own_connections(can), can_all=own_connections(can_all))
    return feature


def awaited_feature(feature: Any) -> Any:
    """A feature whose functions can be called under ASGI."""
    if isinstance(feature, PermissionRoute):
        can, can_all = feature.can, feature.can_all
        return replace(feature, can=own_connections(can), can_all=own_connections(can_all))
    return feature


def own_connections(hook: Optional[Hook]) -> Optional[Hook]:
    """A plain function that is called in a thread of nobody's request: its connections are closed there."""
    if hook is None or is_async(hook):
        return hook
    from django.db import connections

    @functools.wraps(hook)
    def asked_there(*args: Any) -> Any:
        try:
            return hook(*args)
        finally:
            connections.close_all()

    return asked_there


def awaited(hook: Hook) -> Hook:
    """A hook to await; a plain one runs in the request's own thread."""
    return hook if is_async(hook) else sync_to_async(hook, thread_sensitive=True)


def noted(principal: Any, access: Access, answer: Any) -> Any:
    """The answer of the hook, after it was noted for the signals."""
    questions = asked.get()
    if questions is not None:
        questions.append(Asked(principal, access, answer is True))
    return answer

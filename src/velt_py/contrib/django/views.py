"""The one view behind all routes: it translates Django's requests and responses, and holds no rule."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, List, Optional

from asgiref.sync import markcoroutinefunction, sync_to_async

from velt_py.contrib.django.handlers import Asked, DjangoAsyncHandler, asked
from velt_py.contrib.django.process import this_process
from velt_py.contrib.django.signals import anybody_listens, tell
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.answers import Result
from velt_py.web.messages import Disconnected, Headers, Request, Response
from velt_py.web.wsgi import Body, Sent

__all__ = ["View", "async_view", "sync_view", "view"]

logger = logging.getLogger("velt_py.contrib.django")

PIECE = 256 * 1024
"""Bytes that are read and sent at once where that is awaited."""


def sync_view(request: Any, route: str = "") -> Any:
    """Answer a request under WSGI."""
    unread = body_problem(request)
    if unread is not None:
        return native_of(unread)
    body = Body(request, length_of(request))
    questions: List[Asked] = []
    token = asked.set(questions)
    try:
        response = this_process.handler.handle(request_of(request, route, body))
    except VeltConfigurationError as error:
        return native_of(misconfigured(error))
    except Disconnected:
        return gone()
    finally:
        asked.reset(token)
    body.linger()
    tell(questions, response.status, this_process.options.alias)
    return native_of(response, Sent(response))


async def async_view(request: Any, route: str = "") -> Any:
    """Answer a request under ASGI."""
    unread = body_problem(request)
    if unread is not None:
        return native_of(unread)
    questions: List[Asked] = []
    token = asked.set(questions)
    try:
        handler = this_process.awaited[1]
        body = AwaitedBody(request, length_of(request), handler)
        response = await handler.handle(request_of(request, route, body))
    except VeltConfigurationError as error:
        return native_of(misconfigured(error))
    except Disconnected:
        return gone()
    finally:
        asked.reset(token)
    if anybody_listens(questions):
        await sync_to_async(tell, thread_sensitive=True)(
            questions, response.status, this_process.options.alias
        )
    return native_of(response, AwaitedSent(response, handler))


class View:
    """One view for both worlds: it blocks under WSGI and is awaited under ASGI.

    Django asks a view whether it has to be awaited right before it calls it, in the same thread: inside the event loop
    under ASGI, where there is none under WSGI.

    Args:
        blocking: answers a request.
        awaited: the same, awaited.
    """

    csrf_exempt = True  # a bearer token needs no check; that of cookies is made in csrf.py
    login_required = False  # for LoginRequiredMiddleware: who is asking is found out in the envelope

    def __init__(self, blocking: Callable[..., Any], awaited: Callable[..., Awaitable[Any]]) -> None:
        self._blocking = blocking
        self._awaited = markcoroutinefunction(awaited)

    def __getattr__(self, name: str) -> Any:
        # The mark of functions to await, whatever it is called in this version of Python.
        if not name.startswith("__") and in_event_loop():
            return getattr(self._awaited, name)
        raise AttributeError(name)

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        answer = self._awaited if in_event_loop() else self._blocking
        return answer(request, *args, **kwargs)


def in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def open_to_all(answer: Any) -> Any:
    """The flags of `View` on a function that is mounted by hand."""
    answer.csrf_exempt, answer.login_required = View.csrf_exempt, View.login_required
    return answer


open_to_all(sync_view)
open_to_all(async_view)

view = View(sync_view, async_view)


# Requests


def request_of(native: Any, route: str, body: Any) -> Request:
    """Our request for one of Django's."""
    # Behind a proxy the host is the one that Django takes for it; one that is not allowed ends here.
    pairs = [
        *native.headers.items(),
        *([("Host", native.get_host())] if "Host" not in native.headers else []),
    ]
    pairs = [(name, native.get_host() if name.lower() == "host" else value) for name, value in pairs]
    return Request(
        method=native.method,
        path="/" + route,
        query=native.META.get("QUERY_STRING", ""),
        headers=Headers(pairs),
        body=body,
        peer=native.META.get("REMOTE_ADDR") or None,
        scheme=native.scheme,
        native=native,
    )


def length_of(native: Any) -> Optional[int]:
    """How many bytes the body has; None when only its source knows."""
    text = native.META.get("CONTENT_LENGTH") or ""
    if text.isascii() and text.isdigit() and len(text) < 20:
        return int(text)
    return None


def body_problem(native: Any) -> Optional[Response]:
    """An answer for a request whose body is gone, because something before us read it piece by piece."""
    if not getattr(native, "_read_started", False) or hasattr(native, "_body"):
        return None
    logger.error("velt.django.body_taken")
    return failure("the body was read before it came here; the log says what to do")


class AwaitedBody:
    """The chunks of a body that Django has taken in already, into memory or a temporary file."""

    def __init__(self, native: Any, length: Optional[int], handler: DjangoAsyncHandler) -> None:
        self._native = native
        self._small = length is not None and length <= PIECE
        self._handler = handler

    def __aiter__(self) -> AwaitedBody:
        return self

    async def __anext__(self) -> bytes:
        if self._small:
            chunk = self._native.read(PIECE)
        else:
            chunk = await self._handler.in_thread(lambda: self._native.read(PIECE))
        if not chunk:
            raise StopAsyncIteration
        return bytes(chunk)


# Responses


def native_of(response: Response, sent: Any = None) -> Any:
    """Django's response for one of ours.

    Args:
        response: ours.
        sent: sends the stream of the response, where it has one.
    """
    from django.http import HttpResponse, StreamingHttpResponse

    if response.stream is not None:
        answer: Any = StreamingHttpResponse(sent, status=response.status)
    else:
        answer = HttpResponse(response.body, status=response.status)
    del answer.headers["Content-Type"]
    for name, value in response.headers:
        answer.headers[name] = value
    return answer


class AwaitedSent:
    """A file on its way; Django calls `close` whatever happens."""

    def __init__(self, response: Response, handler: DjangoAsyncHandler) -> None:
        self._response = response
        self._left = response.length
        self._handler = handler

    def __aiter__(self) -> AwaitedSent:
        return self

    async def __anext__(self) -> bytes:
        stream, size = self._response.stream, min(PIECE, self._left)
        if size <= 0 or stream is None:
            raise StopAsyncIteration
        piece = await self._handler.in_thread(lambda: stream.read(size))
        if not piece:
            raise ConnectionError("a file ended before its size")
        self._left -= len(piece)
        return bytes(piece)

    def close(self) -> None:
        self._response.close()


def gone() -> Any:
    """For a client that went away: nobody is there to read this."""
    return native_of(Response(400, [("Content-Length", "0")]))


def misconfigured(error: VeltConfigurationError) -> Response:
    """The answer while the setting is wrong. What is wrong with it is nobody's business but the operator's."""
    logger.error(
        "velt.django.misconfigured", extra={"velt_field": error.field, "velt_problem": error.message}
    )
    return failure("the server is not set up right; `manage.py check` says why", "CONFIGURATION_ERROR")


def failure(message: str, code: str = "INTERNAL_ERROR") -> Response:
    error = VeltConfigurationError(message, code=code)
    kind = ("Content-Type", "application/json; charset=utf-8")
    return Response(500, [kind, ("Cache-Control", "no-store")], Result(error=error).to_json())

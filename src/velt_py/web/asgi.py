"""The routes as an ASGI application: alone, or mounted in another one."""

from __future__ import annotations

from functools import partial
from typing import Any, Awaitable, Callable, Iterable, List, Mapping, MutableMapping, Optional, Tuple

from velt_py.sdk import AsyncVeltSDK
from velt_py.web.access import Authenticate, Authorize
from velt_py.web.features import Feature
from velt_py.web.handler import AsyncHandler
from velt_py.web.messages import Disconnected, Headers, Request, Response

__all__ = ["ASGIApp", "asgi_app", "raw_headers", "request_of", "send_response"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
RawHeaders = List[Tuple[bytes, bytes]]

PIECE = 256 * 1024
"""Bytes of a file that are read and sent at once."""


class Body:
    """The chunks of a request's body as ASGI delivers them."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    def __aiter__(self) -> Body:
        return self

    async def __anext__(self) -> bytes:
        if self._ended:
            raise StopAsyncIteration
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        self._ended = not message.get("more_body", False)
        return bytes(message.get("body", b""))


class ASGIApp:
    """An ASGI 3 application over an `AsyncHandler`; see `asgi_app`."""

    def __init__(self, handler: AsyncHandler, owned: Optional[AsyncVeltSDK] = None) -> None:
        self.handler = handler
        self._owned = owned

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            await self._answer(scope, receive, send)
        elif kind == "lifespan":
            await self._live(receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.handler.handle(request_of(scope, receive))
        except Disconnected:
            return
        try:
            await send_response(self.handler, response, send)
        finally:
            response.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """Close the SDK when it was handed over, and the threads of the handler."""
        await self.handler.settle()
        self.handler.close()
        if self._owned is not None:
            await self._owned.close()


async def send_response(
    handler: AsyncHandler, response: Response, send: Send, headers: Optional[RawHeaders] = None
) -> None:
    """Send an answer; the caller closes it.

    Args:
        handler: whose threads read files.
        response: the answer.
        send: of the ASGI server.
        headers: instead of those of the response, encoded.
    """
    if headers is None:
        headers = raw_headers(response)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.stream is None:
        await send({"type": "http.response.body", "body": response.body})
        return
    left, stream = response.length, response.stream
    while left > 0:
        piece = await handler.in_thread(partial(stream.read, min(PIECE, left)))
        if not piece:
            # The length was announced already; ending early tells the client that this is not all.
            raise ConnectionError("a file ended before its size")
        left -= len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": left > 0})


def raw_headers(response: Response) -> RawHeaders:
    """The headers of an answer as ASGI sends them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]


def request_of(scope: Mapping[str, Any], receive: Receive) -> Request:
    """The request of an ASGI scope."""
    path, root = scope["path"], scope.get("root_path", "").rstrip("/")
    # Servers of the current ASGI text leave the mount in the path, older frameworks take it out.
    if root and (path == root or path.startswith(root + "/")):
        path = path[len(root) :]
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    client = scope.get("client")
    return Request(
        method=scope["method"].upper(),
        path=path or "/",
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=Headers(pairs),
        body=Body(receive),
        peer=client[0] if client else None,
        scheme=scope.get("scheme", "http"),
        native=scope,
    )


def asgi_app(
    sdk: AsyncVeltSDK,
    *,
    authenticate: Optional[Authenticate] = None,
    authorize: Optional[Authorize] = None,
    origins: Iterable[str] = (),
    allow_headers: Iterable[str] = (),
    features: Iterable[Feature] = (),
    close_sdk: bool = False,
) -> ASGIApp:
    """The routes as an ASGI application. Without both hooks everything but health checks answers 403.

    Args:
        sdk: whose stores to serve.
        authenticate: `authenticate(request)` returns who is asking, or None for a stranger; awaited when it is async,
            called in a thread when not.
        authorize: `authorize(principal, access)` returns True when the `Access` may happen; likewise.
        origins: origins whose pages may call, for example `https://app.example`.
        allow_headers: request headers that such pages may send beside `Content-Type` and `Authorization`.
        features: what brings routes of its own.
        close_sdk: close the SDK at the end of the lifespan. The lifespan of a mounted application is never run.

    Raises:
        VeltConfigurationError: for a hook that is no function, for a wrong origin, and for a
            feature that cannot work here.
    """
    handler = AsyncHandler(
        sdk,
        authenticate=authenticate,
        authorize=authorize,
        origins=origins,
        allow_headers=allow_headers,
        features=features,
    )
    return ASGIApp(handler, sdk if close_sdk else None)

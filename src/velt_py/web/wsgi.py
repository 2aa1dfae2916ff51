"""The routes as a WSGI application: alone, or mounted in another one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, BinaryIO, Callable, Iterable, Iterator, List, Mapping, Optional, Tuple

from velt_py.sdk import VeltSDK
from velt_py.web.access import Authenticate, Authorize
from velt_py.web.features import Feature
from velt_py.web.handler import Handler
from velt_py.web.messages import Disconnected, Headers, Request, Response

__all__ = ["WSGIApp", "wsgi_app"]

Environ = Mapping[str, Any]
StartResponse = Callable[..., Any]

PIECE = 64 * 1024
"""Bytes that are read and sent at once."""
LINGER = 64 * 1024
"""Bytes of an unread body that are taken in before the answer: a server that closes a connection with unread
bytes may lose the answer with it."""


class Body:
    """The chunks of a request's body as WSGI delivers them.

    Args:
        source: where to read.
        length: how many bytes there are; None when only the source knows its end.
    """

    def __init__(self, source: BinaryIO, length: Optional[int]) -> None:
        self._source = source
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._left is not None and self._left <= 0:
            raise StopIteration
        size = PIECE if self._left is None else min(PIECE, self._left)
        try:
            chunk = self._source.read(size)
        except OSError:
            raise Disconnected from None
        if self._left is None:
            if not chunk:
                self._left = 0
                raise StopIteration
            return chunk
        if not chunk:
            raise Disconnected
        self._left -= len(chunk)
        return chunk

    def linger(self) -> None:
        """Take in a small rest."""
        if self._left is not None and 0 < self._left <= LINGER:
            try:
                for _ in self:
                    pass
            except Disconnected:
                return


class Sent:
    """A file on its way; the server calls `close` whatever happens."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._left = response.length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._left <= 0 or self._response.stream is None:
            raise StopIteration
        piece = self._response.stream.read(min(PIECE, self._left))
        if not piece:
            raise ConnectionError("a file ended before its size")
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._response.close()


class WSGIApp:
    """A WSGI application over a `Handler`; see `wsgi_app`."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request, body = request_of(environ)
        try:
            response = self.handler.handle(request)
        except Disconnected:
            # Nobody is there to read this; WSGI has no way to send nothing.
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        body.linger()
        start_response(status_line(response.status), response.headers)
        return Sent(response) if response.stream is not None else [response.body]


def status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def request_of(environ: Environ) -> Tuple[Request, Body]:
    """The request of a WSGI environment, and its body."""
    pairs: List[Tuple[str, str]] = []
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            pairs.append((key[5:].replace("_", "-"), value))
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(key):
            pairs.append((key.replace("_", "-"), environ[key]))
    text = environ.get("CONTENT_LENGTH") or ""
    length: Optional[int] = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    if not text and environ.get("wsgi.input_terminated"):
        length = None
    body = Body(environ["wsgi.input"], length)
    # WSGI hands bytes over as Latin-1; what is no UTF-8 then matches no route.
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    request = Request(
        method=environ["REQUEST_METHOD"].upper(),
        path=path or "/",
        query=environ.get("QUERY_STRING", ""),
        headers=Headers(pairs),
        body=body,
        peer=environ.get("REMOTE_ADDR"),
        scheme=environ.get("wsgi.url_scheme", "http"),
        native=environ,
    )
    return request, body


def wsgi_app(
    sdk: VeltSDK,
    *,
    authenticate: Optional[Authenticate] = None,
    authorize: Optional[Authorize] = None,
    origins: Iterable[str] = (),
    allow_headers: Iterable[str] = (),
    features: Iterable[Feature] = (),
) -> WSGIApp:
    """The routes as a WSGI application. Without both hooks everything but health checks answers 403.

    Args:
        sdk: whose stores to serve; it stays the caller's to close.
        authenticate: `authenticate(request)` returns who is asking, or None for a stranger.
        authorize: `authorize(principal, access)` returns True when the `Access` may happen.
        origins: origins whose pages may call, for example `https://app.example`.
        allow_headers: request headers that such pages may send beside `Content-Type` and `Authorization`.
        features: what brings routes of its own.

    Raises:
        VeltConfigurationError: for a hook that is no function or has to be awaited, for a wrong origin, and for a
            feature that cannot work here.
    """
    return WSGIApp(
        Handler(
            sdk,
            authenticate=authenticate,
            authorize=authorize,
            origins=origins,
            allow_headers=allow_headers,
            features=features,
        )
    )

"""The routes as a blueprint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterable, Iterator, Optional, Tuple, cast

from flask import Blueprint
from flask import Response as FlaskResponse
from flask import request as flask_request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from velt_py.sdk import VeltSDK
from velt_py.web.access import Authenticate, Authorize
from velt_py.web.bodies import too_large
from velt_py.web.features import Feature
from velt_py.web.handler import Handler
from velt_py.web.messages import Disconnected, Refused, Request, Response
from velt_py.web.wsgi import LINGER, PIECE, Sent, request_of

__all__ = ["NAME", "blueprint_of", "velt_blueprint"]

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
NAME = "velt"


class Body:
    """The chunks of a request's body. Flask may have read it already for a function that runs before the view."""

    def __init__(self, request: Any) -> None:
        self._request = request
        # JSON is small, and its declared length was checked before it is read.
        self._whole = request.mimetype == "application/json" and request.content_length is not None
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._ended:
            raise StopIteration
        try:
            if self._whole:
                self._ended = True
                return cast(bytes, self._request.get_data(cache=True))
            chunk = cast(bytes, self._request.stream.read(PIECE))
        except (ClientDisconnected, OSError):
            raise Disconnected from None
        except RequestEntityTooLarge:
            raise too_large(self._request.max_content_length) from None
        if not chunk:
            raise StopIteration
        return chunk

    def linger(self) -> None:
        """Take in a small rest: see `velt_py.web.wsgi`."""
        if 0 < (self._request.content_length or 0) <= LINGER:
            try:
                for _ in self:
                    pass
            except (Disconnected, Refused):
                return


def translated(native: Any, path: str) -> Tuple[Request, Body]:
    """The request for the handler, and its body."""
    request, _ = request_of(native.environ)
    body = Body(native)
    return replace(request, path=path, body=body, native=native), body


def velt_blueprint(
    sdk: VeltSDK,
    *,
    authenticate: Optional[Authenticate] = None,
    authorize: Optional[Authorize] = None,
    url_prefix: str = "/velt",
    name: str = NAME,
    origins: Iterable[str] = (),
    allow_headers: Iterable[str] = (),
    features: Iterable[Feature] = (),
) -> Blueprint:
    """The routes as a blueprint: `app.register_blueprint(velt_blueprint(sdk, ...))`.

    Args:
        sdk: whose stores to serve; it stays the caller's to close.
        authenticate: `authenticate(request)` returns who is asking, or None for a stranger. It is called in Flask's
            request context, so `flask.session` and `flask_login.current_user` are there.
        authorize: `authorize(principal, access)` returns True when the `Access` may happen.
        url_prefix: where the routes are.
        name: of the blueprint.
        origins: origins whose pages may call, for example `https://app.example`.
        allow_headers: request headers that such pages may send beside `Content-Type` and `Authorization`.
        features: what brings routes of its own: tokens, permissions, webhooks.

    Raises:
        VeltConfigurationError: for a hook that is no function or has to be awaited, for a wrong origin, and for a
            feature that cannot work here.
    """
    handler = Handler(
        sdk,
        authenticate=authenticate,
        authorize=authorize,
        origins=origins,
        allow_headers=allow_headers,
        features=features,
    )
    return blueprint_of(handler, url_prefix, name)


def blueprint_of(handler: Handler, url_prefix: str, name: str) -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix=url_prefix)

    def answer(path: str) -> FlaskResponse:
        request, body = translated(flask_request, "/" + path)
        try:
            response = handler.handle(request)
        except Disconnected:
            # Nobody is there to read this; WSGI has no way to send nothing.
            return FlaskResponse(status=400)
        body.linger()
        return response_of(response)

    blueprint.add_url_rule(
        "/<path:path>", "route", answer, methods=METHODS, provide_automatic_options=False, merge_slashes=False
    )
    return blueprint


def response_of(response: Response) -> FlaskResponse:
    """An answer as Flask sends it."""
    body: Any = Sent(response) if response.stream is not None else [response.body]
    made = FlaskResponse(body, status=response.status, headers=response.headers, direct_passthrough=True)
    if not any(key.lower() == "content-type" for key, _ in response.headers):
        made.headers.pop("Content-Type", None)
    return made

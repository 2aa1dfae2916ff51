"""Cross-origin requests: an explicit list of origins, and nothing for the others. Pure."""

from __future__ import annotations

import re
from typing import FrozenSet, Iterable, List, Sequence, Tuple
from urllib.parse import urlsplit

from velt_py.exceptions import VeltConfigurationError
from velt_py.web.messages import Request

__all__ = ["CrossOrigin"]

ALLOWED_HEADERS = ("accept", "authorization", "content-type", "x-requested-with")
MAX_AGE = 600
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class CrossOrigin:
    """Which pages of other origins may call the routes.

    Args:
        origins: for example `https://app.example`; a browser's `Origin` has to equal one of them.
        headers: request headers that pages may send beside `Content-Type` and `Authorization`.

    Raises:
        VeltConfigurationError: for `*` and for what is no origin. Pages send credentials, and with these no
            browser accepts an answer for everybody.
    """

    def __init__(self, origins: Iterable[str] = (), headers: Iterable[str] = ()) -> None:
        if isinstance(origins, str):
            raise VeltConfigurationError("origins: a list of origins is needed, not a text", field="origins")
        self.origins: FrozenSet[str] = frozenset(checked(origin) for origin in origins)
        self.headers: FrozenSet[str] = frozenset([*ALLOWED_HEADERS, *[name.lower() for name in headers]])
        for name in self.headers:
            if not TOKEN.fullmatch(name):
                raise VeltConfigurationError(
                    "allow_headers: this is no name of a header", field="allow_headers"
                )

    def answer_headers(self, request: Request) -> List[Tuple[str, str]]:
        """The headers for an answer: always `Vary`, the permission for known origins only."""
        origin = request.headers.get("origin")
        given = [("Vary", "Origin")]
        if origin is not None and origin in self.origins:
            given.append(("Access-Control-Allow-Origin", origin))
            given.append(("Access-Control-Allow-Credentials", "true"))
        return given

    def preflight_headers(self, request: Request, methods: Sequence[str]) -> List[Tuple[str, str]]:
        """The headers beside `answer_headers` for the browser's question before the request."""
        if request.headers.get("origin") not in self.origins:
            return []
        asked = request.headers.get("access-control-request-headers", "")
        names = [name.strip().lower() for name in asked.split(",")]
        granted = [name for name in dict.fromkeys(names) if name in self.headers]
        given = [
            ("Access-Control-Allow-Methods", ", ".join(methods)),
            ("Access-Control-Max-Age", str(MAX_AGE)),
        ]
        if granted:
            given.append(("Access-Control-Allow-Headers", ", ".join(granted)))
        return given

    def foreign(self, request: Request) -> bool:
        """Whether a page of an unknown origin sent this. Forms need no preflight, so a page anywhere could
        otherwise post one with the cookies of who looks at it."""
        origin = request.headers.get("origin")
        if origin is None or origin in self.origins:
            return False
        return urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower() or origin == "null"


def checked(origin: str) -> str:
    """`origin` as a browser would send it."""
    if origin == "*":
        raise VeltConfigurationError(
            "origins: '*' does not go together with credentials; list the origins of your pages",
            field="origins",
        )
    parts = urlsplit(origin)
    plain = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.scheme not in ("http", "https") or not parts.netloc or origin.rstrip("/").lower() != plain:
        raise VeltConfigurationError(
            "origins: an origin is a scheme, a host and perhaps a port, for example https://app.example",
            field="origins",
        )
    return plain

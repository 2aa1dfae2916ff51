"""Bodies: taken in up to a limit, at a pace, and read as JSON. Pure."""

from __future__ import annotations

import time
from typing import Any, Dict, Generator, Optional, Union, cast

from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.parsing import parse_json
from velt_py.web.messages import Refused, Request
from velt_py.web.steps import Receive, WebStep, Work

__all__ = [
    "Chunks",
    "check_length",
    "check_plain",
    "parse_object",
    "receive_bytes",
    "receive_json",
    "too_large",
]

IDLE_SECONDS = 30.0
"""How long one chunk may take."""
GRACE_SECONDS = 60.0
LEAST_PACE = 4096
"""After the grace, a body has to come with at least so many bytes a second."""
AT_ONCE = 256 * 1024
"""Bodies beyond this many bytes are parsed beside the event loop."""


def too_large(limit: int) -> Refused:
    """The refusal of a body with more than `limit` bytes."""
    return Refused(413, "TOO_LARGE", f"the body has more than the {limit} bytes that are accepted")


def check_length(request: Request, limit: int) -> None:
    """Refuse a body that is declared larger than `limit` bytes before anything of it is read."""
    declared = request.content_length()
    if declared is not None and declared > limit:
        raise too_large(limit)


def check_plain(request: Request) -> None:
    """Refuse compressed bodies: their limit would have to hold for what comes out."""
    if request.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise Refused(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "compressed bodies are not accepted; send it without Content-Encoding",
        )


class Chunks:
    """The chunks of a request's body, counted, bounded and kept at a pace.

    Args:
        limit: the most bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._started = time.monotonic()

    def next(self) -> Generator[WebStep, Any, Optional[bytes]]:
        """The next chunk, None at the end."""
        chunk: Optional[bytes] = yield Receive(IDLE_SECONDS)
        if chunk is None:
            return None
        self.size += len(chunk)
        if self.size > self.limit:
            raise too_large(self.limit)
        if time.monotonic() - self._started > GRACE_SECONDS + self.size / LEAST_PACE:
            raise Refused(408, "REQUEST_TIMEOUT", "the body came too slowly")
        return chunk


def receive_bytes(chunks: Chunks) -> Generator[WebStep, Any, bytearray]:
    """The body of a request."""
    raw = bytearray()
    while True:
        chunk = yield from chunks.next()
        if chunk is None:
            return raw
        raw += chunk


def receive_json(chunks: Chunks) -> Generator[WebStep, Any, Dict[str, Any]]:
    """The JSON object that is the body of a request."""
    raw = yield from receive_bytes(chunks)
    if len(raw) <= AT_ONCE:
        return parse_object(raw, "the body")
    parsed: Dict[str, Any] = yield Work(lambda: parse_object(raw, "the body"))
    return parsed


def parse_object(raw: Union[bytes, bytearray], what: str) -> Dict[str, Any]:
    """A JSON object out of UTF-8 bytes, each of its values as sent or refused.

    Args:
        raw: the bytes.
        what: what they are, for messages.

    Raises:
        VeltValidationError: says what is wrong, without quoting anything.
    """
    value = parse_json(raw, what)
    if not isinstance(value, dict):
        raise VeltValidationError(f"{what} has to be a JSON object, with organizationId in it", field="body")
    return cast(Dict[str, Any], value)

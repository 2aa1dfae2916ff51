"""Bodies: taken in up to a limit, at a pace, and read as JSON. Pure."""

from __future__ import annotations

import json
import time
from typing import Any, Dict, Generator, List, NoReturn, Optional, Tuple, Union, cast

from velt_py.exceptions import VeltValidationError
from velt_py.web.messages import Refused, Request
from velt_py.web.steps import Receive, WebStep, Work

__all__ = ["Chunks", "check_length", "check_plain", "parse_object", "receive_json", "too_large"]

IDLE_SECONDS = 30.0
"""How long one chunk may take."""
GRACE_SECONDS = 60.0
LEAST_PACE = 4096
"""After the grace, a body has to come with at least so many bytes a second."""
LONGEST_NUMBER = 40
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


def receive_json(chunks: Chunks) -> Generator[WebStep, Any, Dict[str, Any]]:
    """The JSON object that is the body of a request."""
    raw = bytearray()
    while True:
        chunk = yield from chunks.next()
        if chunk is None:
            break
        raw += chunk
    if len(raw) <= AT_ONCE:
        return parse_object(raw, "the body")
    parsed: Dict[str, Any] = yield Work(lambda: parse_object(raw, "the body"))
    return parsed


def parse_object(raw: Union[bytes, bytearray], what: str) -> Dict[str, Any]:
    """A JSON object out of UTF-8 bytes, each of its values as sent or refused.

    The parser is json and not orjson, which makes fractions of large whole numbers. Keys that stand twice in an
    object are refused: two readers of such a body could believe two different things.

    Args:
        raw: the bytes.
        what: what they are, for messages.

    Raises:
        VeltValidationError: says what is wrong, without quoting anything.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VeltValidationError(f"{what} is not in UTF-8, at byte {error.start}", field="body") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=object_of,
            parse_constant=refuse_constant,
            parse_int=whole_number,
        )
    except json.JSONDecodeError as error:
        raise VeltValidationError(
            f"{what} is no JSON: {error.msg} at line {error.lineno}, column {error.colno}", field="body"
        ) from None
    except RecursionError:
        raise VeltValidationError(f"{what} is nested too deeply", field="body") from None
    if not isinstance(value, dict):
        raise VeltValidationError(f"{what} has to be a JSON object, with organizationId in it", field="body")
    return cast(Dict[str, Any], value)


def object_of(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise VeltValidationError("a key stands twice in one JSON object", field="body")
    return found


def refuse_constant(name: str) -> NoReturn:
    raise VeltValidationError("NaN and Infinity are no JSON", field="body")


def whole_number(digits: str) -> int:
    # Making an integer of millions of digits takes minutes; beyond 64 bits none is stored anyway.
    if len(digits) > LONGEST_NUMBER:
        raise VeltValidationError(f"a number of more than {LONGEST_NUMBER} digits", field="body")
    return int(digits)

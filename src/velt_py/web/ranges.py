"""Parts of a file, and whether the browser has it already: the headers Range, If-Range and If-None-Match. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from velt_py.web.messages import Refused, Request

__all__ = ["Slice", "asked_slice", "is_known"]

SINGLE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z", re.ASCII)


class Slice(NamedTuple):
    """Bytes from `start` to `end`, exclusive."""

    start: int
    end: int


def asked_slice(request: Request, size: int, etag: str) -> Optional[Slice]:
    """The part that a request asks for, None for the whole file.

    Several parts at once, and what is no range of bytes, count as no range: the whole file is a right answer.

    Args:
        request: the request.
        size: of the whole file in bytes.
        etag: of the file as it is now.

    Raises:
        Refused: 416 when the file has no such bytes.
    """
    match = SINGLE.match(request.headers.get("range", "").replace(" ", ""))
    if match is None or match.group(0) == "bytes=-":
        return None
    if request.headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
        satisfiable = int(last) > 0 and size > 0
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
        satisfiable = start < size
    if not satisfiable:
        missing = [("Content-Range", f"bytes */{size}")]
        raise Refused(416, "RANGE_NOT_SATISFIABLE", f"the file has {size} bytes", missing)
    return Slice(start, end)


def is_known(request: Request, etag: str) -> bool:
    """Whether the browser has the file as it is now."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    tags = [tag.strip() for tag in given.split(",")]
    return "*" in tags or any((tag[2:] if tag.startswith("W/") else tag) == etag for tag in tags)

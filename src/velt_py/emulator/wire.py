"""The head of a request and of an answer, read and written without the parser of mails that `http.server` takes."""

from __future__ import annotations

import time
from http import HTTPStatus
from io import BufferedIOBase
from typing import Dict, Mapping, Tuple

__all__ = ["Unreadable", "answer_head", "read_fields", "request_line"]

LONGEST_LINE = 65_536
MOST_FIELDS = 100
ONCE = ("content-length", "host")
"""Fields of which two that differ would mean two things."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
REASONS = {status.value: status.phrase for status in HTTPStatus}


class Unreadable(Exception):
    """A request is none of HTTP/1.

    Args:
        status: the HTTP status to answer with.
        message: what was wrong.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def request_line(line: bytes) -> Tuple[str, str, str]:
    """Method, target and version of the first line.

    Raises:
        Unreadable: it is none.
    """
    if len(line) > LONGEST_LINE:
        raise Unreadable(414, "The address is too long.")
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        raise Unreadable(400, "The first line of the request cannot be read.")
    method, target, version = words
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise Unreadable(505, "Only HTTP/1.1 and HTTP/1.0 are spoken.")
    return method, f"/{target.lstrip('/')}" if target.startswith("//") else target, version


def read_fields(stream: BufferedIOBase) -> Dict[str, str]:
    """The header fields, by their names in lower case; those that come several times are joined.

    Raises:
        Unreadable: there are too many, one is too long, or one is none.
    """
    found: Dict[str, str] = {}
    for _ in range(MOST_FIELDS + 1):
        line = stream.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise Unreadable(431, "A header is too long.")
        if line in (b"\r\n", b"\n", b""):
            return found
        name, colon, value = line.decode("latin-1").partition(":")
        name = name.lower()
        if not colon or not name or name != name.strip():
            raise Unreadable(400, "A header cannot be read.")
        value = value.strip()
        if name not in found:
            found[name] = value
        elif name not in ONCE:
            found[name] = f"{found[name]}, {value}"
        elif found[name] != value:
            raise Unreadable(400, f"{name} stands twice.")
    raise Unreadable(431, "There are too many headers.")


def answer_head(status: int, fields: Mapping[str, str], length: int, now: float) -> bytes:
    """The status line and the header fields of an answer, the empty line included.

    Args:
        status: the HTTP status.
        fields: names and values.
        length: of the body, in bytes.
        now: seconds since 1970.
    """
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, '')}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    # A server with a clock tells the time; clients compare theirs with it.
    lines.append(f"Date: {http_date(now)}\r\nContent-Length: {length}\r\n\r\n")
    return "\r\n".join(lines).encode("latin-1", "replace")


def http_date(now: float) -> str:
    """A time as HTTP writes it, whatever the language of the process."""
    year, month, day, hour, minute, second, weekday = time.gmtime(now)[:7]
    return f"{DAYS[weekday]}, {day:02} {MONTHS[month - 1]} {year:04} {hour:02}:{minute:02}:{second:02} GMT"

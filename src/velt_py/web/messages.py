"""Requests and responses without a framework: adapters translate to and from these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import (
    Any,
    AsyncIterator,
    BinaryIO,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Tuple,
    Union,
)
from urllib.parse import parse_qsl

from velt_py.exceptions import VeltSDKError, VeltValidationError

__all__ = ["Disconnected", "Headers", "Refused", "Request", "Response"]

MOST_PARAMETERS = 50


class Disconnected(Exception):
    """The client went away before its request had arrived; there is nobody to answer."""


class Refused(VeltSDKError):
    """The request is not answered with what it asked for.

    Args:
        statusCode: the HTTP status.
        code: the envelope's `errorCode`.
        message: the envelope's `error`.
        headers: further headers of the answer, for example `Allow`.
        correlation: the id under which the cause was logged.
    """

    def __init__(
        self,
        statusCode: int,
        code: str,
        message: str,
        headers: Iterable[Tuple[str, str]] = (),
        correlation: Optional[str] = None,
    ) -> None:
        super().__init__(message, code=code, statusCode=statusCode, correlation=correlation)
        self.headers = tuple(headers)


class Headers(Mapping[str, str]):
    """Headers by name, whatever its case. A header that was sent several times is one text, joined by commas."""

    def __init__(self, pairs: Iterable[Tuple[str, str]]) -> None:
        self._values: Dict[str, str] = {}
        for name, value in pairs:
            key = name.lower()
            before = self._values.get(key)
            # Cookies are the one list that is not joined by commas.
            glue = "; " if key == "cookie" else ", "
            self._values[key] = value if before is None else f"{before}{glue}{value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Headers {sorted(self._values)}>"


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    Args:
        method: upper case.
        path: the decoded path below the mount, starting with a slash.
        query: the query string as sent, without the question mark.
        headers: the headers; look-ups ignore case.
        body: chunks of the body: an iterator for `Handler`, an async one for `AsyncHandler`. It is read after the
            `authenticate` hook has let the request in, so hooks find nothing in it.
        peer: the address of the other end of the connection, where known.
        scheme: `http` or `https`.
        native: the framework's own request, for hooks that need it.
    """

    method: str
    path: str
    query: str = field(default="", repr=False)
    headers: Headers = field(default_factory=lambda: Headers(()))
    body: Union[Iterator[bytes], AsyncIterator[bytes], None] = field(default=None, repr=False)
    peer: Optional[str] = None
    scheme: str = "http"
    native: Any = field(default=None, repr=False)

    def parameters(self) -> Dict[str, str]:
        """The parameters of the query.

        Raises:
            VeltValidationError: when one is given twice, is no UTF-8, or there are too many.
        """
        try:
            pairs = parse_qsl(
                self.query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
            )
        except ValueError:
            raise VeltValidationError("the query string cannot be read", field="query") from None
        parameters = dict(pairs)
        if len(parameters) < len(pairs):
            raise VeltValidationError("a parameter of the query is given twice", field="query")
        return parameters

    def content_type(self) -> Tuple[str, Dict[str, str]]:
        """The media type in lower case, empty when there is none, and its parameters."""
        kind, _, rest = self.headers.get("content-type", "").partition(";")
        parameters: Dict[str, str] = {}
        for entry in rest.split(";"):
            name, found, value = entry.partition("=")
            if found:
                parameters.setdefault(name.strip().lower(), value.strip().strip('"'))
        return kind.strip().lower(), parameters

    def content_length(self) -> Optional[int]:
        """The declared size of the body in bytes, None when it is not declared.

        Raises:
            VeltValidationError: when it is no whole number.
        """
        text = self.headers.get("content-length")
        if text is None or text == "":
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            raise VeltValidationError("Content-Length is no whole number", field="Content-Length")
        return int(text)


def _none() -> List[Tuple[str, str]]:
    return []


@dataclass
class Response:
    """One HTTP answer.

    Args:
        status: the HTTP status.
        headers: names and values in the order to send them.
        body: the bytes of the body, empty when `stream` is given.
        stream: where to read the body from instead; the adapter closes it, sent or not.
        length: how many bytes of `stream` there are to send.
    """

    status: int
    headers: List[Tuple[str, str]] = field(default_factory=_none)
    body: bytes = field(default=b"", repr=False)
    stream: Optional[BinaryIO] = field(default=None, repr=False)
    length: int = 0

    @property
    def size(self) -> int:
        """The size of the body in bytes."""
        return self.length or len(self.body)

    def close(self) -> None:
        """Close what the body is read from."""
        if self.stream is not None:
            self.stream.close()

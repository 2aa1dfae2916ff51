"""Why a call got no answer, in words that hold no secret. Pure."""

from __future__ import annotations

import os
from typing import Any, Iterator, List, Optional, Set, cast
from urllib.parse import urlsplit

__all__ = ["origin_of", "reason_of"]

NO_HOST = "there can be no host of this name"

# The texts of libraries may quote the URL, headers or the proxy's password, so only these facts are taken from them.
NAMED = {
    "RemoteDisconnected": "the server closed the connection without an answer",
    "ServerDisconnectedError": "the server closed the connection without an answer",
    "IncompleteRead": "the answer broke off",
    "ClientPayloadError": "the answer broke off",
    "BadStatusLine": "the answer is no HTTP",
    "BadHttpMessage": "the answer is no HTTP",
    "LineTooLong": "the answer is no HTTP",
    "InvalidHeader": "the answer is no HTTP",
    "HTTPException": "the answer is no HTTP",  # http.client's for more headers than it takes
    "DecodeError": "the answer's compression is broken",
    "ContentEncodingError": "the answer's compression is broken",
    "EmptyPoolError": "every connection of the pool was busy",
    "UnicodeError": NO_HOST,  # of the codec for names of hosts
    "LocationParseError": NO_HOST,
    "InvalidUrlClientError": NO_HOST,
    "ClientHttpProxyError": "the proxy refused the connection",
}


def origin_of(url: str) -> str:
    """Scheme, host and port: what may be named in messages and logs."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def reason_of(error: BaseException) -> str:
    """The real reason under the wrappers of HTTP libraries."""
    import socket
    import ssl

    found = list(_causes(error))
    # aiohttp's own errors are SSLErrors too, but only the innermost one has the facts.
    failed = [cause for cause in found if isinstance(cause, ssl.SSLError)]
    for untrusted in failed:
        if getattr(untrusted, "verify_message", None):
            return f"the certificate is not trusted: {getattr(untrusted, 'verify_message', '')}"
    if failed:
        return f"TLS failed: {getattr(failed[-1], 'reason', None) or 'unexpected end'}"
    for cause in found:
        if isinstance(cause, socket.timeout) or "Timeout" in type(cause).__name__:
            return "timed out"
    for cause in reversed(found):
        if type(cause).__name__ in NAMED:
            return NAMED[type(cause).__name__]
    for cause in reversed(found):
        if isinstance(cause, OSError):
            text = _strerror(cause)
            if text:
                return text
    return type(found[-1]).__name__


def _strerror(error: OSError) -> Optional[str]:
    if str(error).startswith("Tunnel connection failed"):
        # http.client's words for a proxy that answers CONNECT with an error; they hold its status line.
        return "the proxy refused the connection"
    # asyncio puts an address where the system's words belong; the numbers of name look-ups are their own.
    own = type(error).__name__ != "gaierror" and isinstance(error.errno, int) and error.errno > 0
    return os.strerror(cast(int, error.errno)) if own else error.strerror


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps, outermost first."""
    waiting: List[Any] = [error]
    seen: Set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [getattr(cause, name, None) for name in ("reason", "original_error", "os_error")]
        waiting += [*cause.args, cause.__cause__, cause.__context__]

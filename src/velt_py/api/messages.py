"""What goes to Velt's API and what comes back. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Awaitable, Dict, Mapping, Optional, Protocol, cast

from velt_py._nesting import check_nesting
from velt_py.exceptions import VeltApiError, VeltConfigurationError
from velt_py.net.reasons import origin_of

__all__ = ["AsyncTransport", "Prepared", "Reply", "Transport", "credential_headers"]

REQUEST_IDS = ("x-request-id", "x-cloud-trace-context", "x-correlation-id")


@dataclass(frozen=True)
class Prepared:
    """A call, ready to be sent. Headers and body stay out of `repr`: they hold credentials and people's data.

    Args:
        name: what logs call it, for example `token.getToken`.
        url: the whole address.
        headers: all headers but those of the connection itself.
        body: JSON in UTF-8.
        repeatable: whether sending it twice does no harm.
        timeout: seconds that this attempt may take in all; None for the transport's own timeouts.
    """

    name: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    repeatable: bool = False
    timeout: Optional[float] = None
    method: str = "POST"


@dataclass(frozen=True)
class Reply:
    """An answer, whatever its status. Headers and body stay out of `repr`.

    Args:
        status: the HTTP status.
        headers: with names in small letters.
        body: as received, decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def parsed(self) -> Any:
        """The body as JSON; an empty body is an empty object, as in the published package.

        Raises:
            VeltApiError: the body is no JSON.
        """
        if not self.body:
            return {}
        try:
            text = self.body.decode("utf-8")
            check_nesting(text)
            return json.loads(text)
        except (ValueError, RecursionError):
            failure = VeltApiError(
                f"the answer with HTTP status {self.status} is no JSON", statusCode=self.status
            )
        # Raised out here without a cause, which would hold the whole body.
        raise failure

    def request_id(self) -> Optional[str]:
        """What the server calls this request; None when it says nothing."""
        return next((self.headers[name] for name in REQUEST_IDS if name in self.headers), None)

    def status_word(self) -> Optional[str]:
        """Velt's word for the error, for example RESOURCE_EXHAUSTED; None when there is none."""
        if self.status < 400:
            return None
        try:
            answer = self.parsed()
        except VeltApiError:
            return None
        error = cast(Dict[str, Any], answer).get("error") if isinstance(answer, dict) else None
        word = cast(Dict[str, Any], error).get("status") if isinstance(error, dict) else None
        return word if isinstance(word, str) else None


class Transport(Protocol):
    """What carries calls: any object with these two methods can be handed to `VeltSDK`."""

    def send(self, prepared: Prepared) -> Reply:
        """Send one call once and follow no redirect; any HTTP status is a reply.

        Args:
            prepared: method, address, headers, body and time limits, all of it as it has to be sent.

        Raises:
            VeltNetworkError: there is no answer; its `sent` tells whether something may have reached the server.
        """
        ...

    def close(self) -> None:
        """Close the connections. A later call opens them again."""
        ...


class AsyncTransport(Protocol):
    """What carries calls for an `AsyncVeltSDK`: as `Transport`, awaited."""

    def send(self, prepared: Prepared) -> Awaitable[Reply]:
        """Send one call once; argument, reply and errors as for `Transport.send`."""
        ...

    def close(self) -> Awaitable[None]:
        """Close the connections. A later call opens them again."""
        ...


def credential_headers(api_key: str, auth_token: str) -> Dict[str, str]:
    """The headers of every call.

    Raises:
        VeltConfigurationError: a credential holds a character that no header may carry; it is not quoted.
    """
    for key, value in (("apiKey", api_key), ("authToken", auth_token)):
        if not value.isascii() or not value.isprintable():
            raise VeltConfigurationError(
                f"configuration key {key!r}: it holds a character that an HTTP header cannot carry, "
                "for example a line break",
                field=key,
            )
    return {
        "Content-Type": "application/json",
        "x-velt-api-key": api_key,
        "x-velt-auth-token": auth_token,
    }


def host_of(prepared: Prepared) -> str:
    """Where a call goes, for messages and logs."""
    return origin_of(prepared.url)

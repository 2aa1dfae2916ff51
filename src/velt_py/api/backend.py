"""`sdk.api`: the services of the REST half over one caller."""

from __future__ import annotations

import warnings
from typing import Generic, Optional, TypeVar

from velt_py.api.calls import AsyncCaller, Caller
from velt_py.api.messages import AsyncTransport, Transport
from velt_py.api.retry import RetryPolicy
from velt_py.api.services.token import AsyncTokenService, TokenService
from velt_py.api.transport import AiohttpTransport, Urllib3Transport
from velt_py.settings import Settings

__all__ = ["Api", "api_of", "async_api_of"]

C = TypeVar("C", Caller, AsyncCaller)
T = TypeVar("T", TokenService, AsyncTokenService)


class Api(Generic[C, T]):
    """The services that call Velt's REST API; the same tree for both SDKs.

    Args:
        caller: carries the calls of all services.
        tokens: the token service.
    """

    def __init__(self, caller: C, tokens: T) -> None:
        self.caller: C = caller
        self.tokens: T = tokens

    @property
    def token(self) -> T:
        """The token service. Deprecated at this place, as in the published package."""
        warnings.warn(
            "sdk.api.token is deprecated; use sdk.selfHosting.token, which is the same service",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.tokens

    def __repr__(self) -> str:
        return "<Api>"


def api_of(settings: Settings, transport: Optional[Transport] = None) -> Api[Caller, TokenService]:
    """The services of a `VeltSDK`."""
    carrier = Urllib3Transport(settings.http) if transport is None else transport
    caller = Caller(carrier, RetryPolicy.of(settings.http))
    tokens = TokenService(
        settings.apiKey,
        settings.authToken,
        caller=caller,
        base_url=settings.apiBaseUrl,
        raise_on_error=settings.raiseOnError,
    )
    return Api(caller, tokens)


def async_api_of(
    settings: Settings, transport: Optional[AsyncTransport] = None
) -> Api[AsyncCaller, AsyncTokenService]:
    """The services of an `AsyncVeltSDK`."""
    carrier = AiohttpTransport(settings.http) if transport is None else transport
    caller = AsyncCaller(carrier, RetryPolicy.of(settings.http))
    tokens = AsyncTokenService(
        settings.apiKey,
        settings.authToken,
        caller=caller,
        base_url=settings.apiBaseUrl,
        raise_on_error=settings.raiseOnError,
    )
    return Api(caller, tokens)

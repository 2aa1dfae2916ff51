"""`VeltSDK` and `AsyncVeltSDK`: two doors to the same tree."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Mapping, Optional, Type, Union

from velt_py.api.backend import Api, ApiBackend, api_of, async_api_of
from velt_py.api.client import AsyncClient
from velt_py.api.messages import AsyncTransport, Transport
from velt_py.api.services.token import AsyncTokenService, TokenService
from velt_py.config import Config, Settings, load_settings
from velt_py.selfhosting.backend import SelfHosting
from velt_py.selfhosting.operation import AsyncRunner, Runner
from velt_py.selfhosting.runners import AsyncStoreRunner, StoreRunner

if TYPE_CHECKING:
    from velt_py.privacy import AsyncPrivacy, Privacy

__all__ = ["AsyncVeltSDK", "VeltSDK"]


class SelfHostingBackend(SelfHosting[Runner]):
    """`sdk.selfHosting` of a `VeltSDK`: the own store, and the token service.

    Args:
        config: the configuration.
        runner: carries out what the services plan; by default with the configured stores.
        token: the token service; by default the configured one.
    """

    def __init__(
        self,
        config: Union[Config, Settings],
        runner: Optional[Runner] = None,
        token: Optional[TokenService] = None,
    ) -> None:
        settings = config.settings if isinstance(config, Config) else config
        super().__init__(settings, runner or StoreRunner(settings))
        self._token = token or api_of(settings).tokens

    @property
    def token(self) -> TokenService:
        """Tokens with which the browser identifies a user; needs no database."""
        return self._token


class AsyncSelfHostingBackend(SelfHosting[AsyncRunner]):
    """`sdk.selfHosting` of an `AsyncVeltSDK`."""

    def __init__(self, settings: Settings, runner: AsyncRunner, token: AsyncTokenService) -> None:
        super().__init__(settings, runner)
        self._token = token

    @property
    def token(self) -> AsyncTokenService:
        """Tokens with which the browser identifies a user; needs no database."""
        return self._token


class VeltSDK:
    """The SDK for code that blocks. Safe to share between threads; a forked child may go on using it.

    Make it with `VeltSDK.initialize(config)`. It opens nothing before the first operation, several may live in one
    process, and `close()` closes what this one opened only. Works as a context manager.
    """

    def __init__(self, config: Any, transport: Optional[Transport] = None) -> None:
        self._settings: Settings = getattr(config, "settings", config)
        self._runner = StoreRunner(self._settings)
        self._api = api_of(self._settings, transport)
        self._self_hosting = SelfHostingBackend(self._settings, self._runner, self._api.tokens)

    @classmethod
    def initialize(cls, config: Mapping[str, Any], transport: Optional[Transport] = None) -> VeltSDK:
        """Make an SDK.

        Args:
            config: the configuration; every key is described in docs/configuration.md.
            transport: what carries calls to Velt's API instead of the built-in HTTP pool; closed with the SDK.

        Raises:
            VeltConfigurationError: a `VeltSDKError` that names the key at fault and the nearest right one.
        """
        return cls(load_settings(config), transport)

    @property
    def selfHosting(self) -> SelfHostingBackend:
        """Velt's data in the own store."""
        return self._self_hosting

    @property
    def api(self) -> ApiBackend:
        """Velt's REST API."""
        return self._api

    @property
    def privacy(self) -> Privacy:
        """One person's data, in the own store and at Velt."""
        from velt_py.privacy import Privacy

        return Privacy(self._self_hosting, self._api)

    def close(self) -> None:
        """Close what this SDK opened, and nothing else. A later operation opens it again."""
        try:
            self._runner.close()
        finally:
            self._api._client.caller.close()

    def __enter__(self) -> VeltSDK:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<VeltSDK>"


class AsyncVeltSDK:
    """The SDK for code that awaits: the same tree as `VeltSDK`, every operation awaited.

    Make it with `AsyncVeltSDK.initialize(config)` and use it in one event loop. Works as an async context manager.
    """

    def __init__(self, config: Any, transport: Optional[AsyncTransport] = None) -> None:
        self._settings: Settings = getattr(config, "settings", config)
        self._runner = AsyncStoreRunner(self._settings)
        self._api = async_api_of(self._settings, transport)
        self._self_hosting = AsyncSelfHostingBackend(self._settings, self._runner, self._api.tokens)

    @classmethod
    def initialize(
        cls, config: Mapping[str, Any], transport: Optional[AsyncTransport] = None
    ) -> AsyncVeltSDK:
        """Make an SDK; arguments and errors as for `VeltSDK.initialize`."""
        return cls(load_settings(config), transport)

    @property
    def selfHosting(self) -> AsyncSelfHostingBackend:
        """Velt's data in the own store."""
        return self._self_hosting

    @property
    def api(self) -> Api[AsyncClient, AsyncTokenService]:
        """Velt's REST API."""
        return self._api

    @property
    def privacy(self) -> AsyncPrivacy:
        """One person's data, in the own store and at Velt."""
        from velt_py.privacy import AsyncPrivacy

        return AsyncPrivacy(self._self_hosting, self._api)

    async def close(self) -> None:
        """Close what this SDK opened, and nothing else. A later operation opens it again."""
        try:
            await self._runner.close()
        finally:
            await self._api._client.caller.close()

    async def __aenter__(self) -> AsyncVeltSDK:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return "<AsyncVeltSDK>"

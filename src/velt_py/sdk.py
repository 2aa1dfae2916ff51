"""`VeltSDK` and `AsyncVeltSDK`: two doors to the same tree."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Mapping, Optional, Type

from velt_py.config import Settings, load_settings
from velt_py.selfhosting.backend import SelfHosting
from velt_py.selfhosting.operation import AsyncRunner, Runner
from velt_py.selfhosting.runners import AsyncStoreRunner, StoreRunner

__all__ = ["AsyncVeltSDK", "VeltSDK"]


class VeltSDK:
    """The SDK for code that blocks. Safe to share between threads; a forked child may go on using it.

    Make it with `VeltSDK.initialize(config)`. It opens nothing before the first operation, several may live in one
    process, and `close()` closes what this one opened only. Works as a context manager.
    """

    def __init__(self, config: Any) -> None:
        self._settings: Settings = getattr(config, "settings", config)
        self._runner = StoreRunner(self._settings)
        self._self_hosting: SelfHosting[Runner] = SelfHosting(self._settings, self._runner)

    @classmethod
    def initialize(cls, config: Mapping[str, Any]) -> VeltSDK:
        """Make an SDK.

        Args:
            config: the configuration; every key is described in docs/configuration.md.

        Raises:
            VeltConfigurationError: a `VeltSDKError` that names the key at fault and the nearest right one.
        """
        return cls(load_settings(config))

    @property
    def selfHosting(self) -> SelfHosting[Runner]:
        """Velt's data in the own store."""
        return self._self_hosting

    def close(self) -> None:
        """Close what this SDK opened, and nothing else. A later operation opens it again."""
        self._runner.close()

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

    def __init__(self, config: Any) -> None:
        self._settings: Settings = getattr(config, "settings", config)
        self._runner = AsyncStoreRunner(self._settings)
        self._self_hosting: SelfHosting[AsyncRunner] = SelfHosting(self._settings, self._runner)

    @classmethod
    def initialize(cls, config: Mapping[str, Any]) -> AsyncVeltSDK:
        """Make an SDK; arguments and errors as for `VeltSDK.initialize`."""
        return cls(load_settings(config))

    @property
    def selfHosting(self) -> SelfHosting[AsyncRunner]:
        """Velt's data in the own store."""
        return self._self_hosting

    async def close(self) -> None:
        """Close what this SDK opened, and nothing else. A later operation opens it again."""
        await self._runner.close()

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

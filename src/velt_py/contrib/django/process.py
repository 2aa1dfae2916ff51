"""What this process made of the setting `VELT`: one SDK for code that blocks, one for each event loop, their handlers.

All of it is made at first use, made anew when a setting changes, and closed at the end of the process.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref
from typing import Any, Callable, Optional, Tuple, TypeVar

from velt_py.contrib.django.conf import Options, given_setting, options_of
from velt_py.contrib.django.handlers import DjangoAsyncHandler, make_async_handler, make_handler
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.web.handler import Handler

__all__ = [
    "close",
    "close_async",
    "get_async_sdk",
    "get_options",
    "get_sdk",
    "this_process",
    "watch_settings",
]

READ_FROM = frozenset(["VELT", "DATABASES", "STORAGES"])
"""Settings that the SDK is made of."""

T = TypeVar("T")


class Process:
    """What one process made of the setting."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._options: Optional[Options] = None
        self._sdk: Optional[VeltSDK] = None
        self._handler: Optional[Handler] = None
        # An SDK that is awaited belongs to its event loop, and goes with it.
        self._loops: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, Tuple[AsyncVeltSDK, DjangoAsyncHandler]
        ] = weakref.WeakKeyDictionary()

    @property
    def options(self) -> Options:
        with self._lock:
            if self._options is None:
                self._options = options_of(given_setting())
            return self._options

    @property
    def sdk(self) -> VeltSDK:
        with self._lock:
            if self._sdk is None:
                self._sdk = VeltSDK(self.options.settings)
            return self._sdk

    @property
    def handler(self) -> Handler:
        with self._lock:
            if self._handler is None:
                self._handler = make_handler(self.sdk, self.options)
            return self._handler

    @property
    def awaited(self) -> Tuple[AsyncVeltSDK, DjangoAsyncHandler]:
        """SDK and handler of the running event loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            made = self._loops.get(loop)
            if made is None:
                sdk = AsyncVeltSDK(self.options.settings)
                made = self._loops[loop] = (sdk, make_async_handler(sdk, self.options))
            return made

    def forget(self) -> None:
        """Read the setting again at the next use; what was open is closed."""
        with self._lock:
            sdk, loops = self._sdk, list(self._loops.items())
            self._options, self._sdk, self._handler = None, None, None
            self._loops.clear()
        if sdk is not None:
            sdk.close()
        for loop, (awaited, _) in loops:
            # Only its own loop can close it, and one that has ended took the connections with it.
            if loop.is_running():
                loop.call_soon_threadsafe(closing(loop, awaited))

    def close(self) -> None:
        with self._lock:
            sdk = self._sdk
        if sdk is not None:
            sdk.close()

    async def close_async(self) -> None:
        with self._lock:
            made = self._loops.pop(asyncio.get_running_loop(), None)
        if made is not None:
            await made[0].close()

    def forked(self) -> None:
        """In a child: its lock may be held by a thread that is not there, and its loops are the parent's."""
        self._lock = threading.RLock()
        self._loops = weakref.WeakKeyDictionary()


def closing(loop: asyncio.AbstractEventLoop, sdk: AsyncVeltSDK) -> Callable[[], Any]:
    return lambda: loop.create_task(sdk.close())


this_process = Process()


def get_options() -> Options:
    """The setting `VELT`, checked.

    Raises:
        VeltConfigurationError: names the key at fault.
    """
    return this_process.options


def get_sdk() -> VeltSDK:
    """The SDK of this process, made of the setting `VELT` at first use; the same one for every thread.

    It is closed when the process ends; `override_settings` makes another one.

    Raises:
        VeltConfigurationError: names the key at fault.
    """
    return this_process.sdk


def get_async_sdk() -> AsyncVeltSDK:
    """The SDK of the running event loop, made of the setting `VELT` at first use.

    Raises:
        VeltConfigurationError: names the key at fault.
        RuntimeError: when no event loop is running.
    """
    return this_process.awaited[0]


def close() -> None:
    """Close what the SDK of `get_sdk` has open. A later operation opens it again."""
    this_process.close()


async def close_async() -> None:
    """Close what the SDK of the running event loop has open, for servers that tell of their end."""
    await this_process.close_async()


def settings_changed(*, setting: str, **_: Any) -> None:
    if setting in READ_FROM:
        this_process.forget()


def watch_settings() -> None:
    """Make everything anew when a test changes a setting."""
    from django.core.signals import setting_changed

    setting_changed.connect(settings_changed, dispatch_uid="velt_py.contrib.django")


watch_settings()
atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=this_process.forked)

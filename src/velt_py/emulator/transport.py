"""Transports without a network: hand one to `VeltSDK.initialize(..., transport=...)` and calls go to an emulator."""

from __future__ import annotations

from urllib.parse import urlsplit

from velt_py.api.messages import Prepared, Reply
from velt_py.emulator.core import Emulator
from velt_py.emulator.faults import Dropped
from velt_py.exceptions import VeltNetworkError

__all__ = ["AsyncInProcessTransport", "InProcessTransport"]


class InProcessTransport:
    """Carries the calls of a `VeltSDK` to an emulator in this process.

    Args:
        emulator: who answers; it stays open when the SDK is closed.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def send(self, prepared: Prepared) -> Reply:
        """Answer one call.

        Raises:
            VeltNetworkError: a fault ended the connection.
        """
        parts = urlsplit(prepared.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            status, headers, body = self.emulator.handle(
                prepared.method, path, prepared.headers, prepared.body
            )
        except Dropped:
            raise VeltNetworkError(
                f"{prepared.name}: the emulator ended the connection, as a fault said"
            ) from None
        return Reply(status, {name.lower(): value for name, value in headers.items()}, body)

    def close(self) -> None:
        """Nothing is held."""


class AsyncInProcessTransport:
    """As `InProcessTransport`, for an `AsyncVeltSDK`. A call is answered at once, on the loop's thread.

    Args:
        emulator: who answers; it stays open when the SDK is closed.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._carrier = InProcessTransport(emulator)

    async def send(self, prepared: Prepared) -> Reply:
        """Answer one call.

        Raises:
            VeltNetworkError: a fault ended the connection.
        """
        return self._carrier.send(prepared)

    async def close(self) -> None:
        """Nothing is held."""

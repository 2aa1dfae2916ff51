"""The emulator that tests share. Each test has api keys of its own in it."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Optional, Type

from velt_py.emulator import Emulator, EmulatorServer
from velt_py.emulator.recorded import Recorded

__all__ = ["RunningEmulator"]

MOST_RECORDED = 100_000
"""More than a test calls, so that what it counts is all there."""


class RunningEmulator:
    """An emulator in this process, behind a port as soon as somebody asks for its address.

    Args:
        seed: of whatever is drawn by lot, such as faults.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.emulator = Emulator(seed=seed)
        self.emulator.recorded = Recorded(MOST_RECORDED)
        self.automatic = False
        """Whether webhooks of all api keys leave by themselves; otherwise those of tests that asked for the address."""
        self._lock = threading.Lock()
        self._server: Optional[EmulatorServer] = None

    @property
    def url(self) -> str:
        """Its address on this machine, on a free port; what VELT_API_BASE_URL should be. Webhooks leave by themselves
        from then on, those of every api key.

        Raises:
            VeltConfigurationError: there is no port to listen on.
        """
        self.automatic = True
        self.emulator.courier.let_go()
        return self.listen()

    def listen(self) -> str:
        """The address as `url` gives it; webhooks of api keys that a test holds back stay where they are.

        Raises:
            VeltConfigurationError: there is no port to listen on.
        """
        with self._lock:
            if self._server is None:
                self._server = EmulatorServer(self.emulator, port=0).start()
            return self._server.url

    def close(self) -> None:
        """Listen no more, and forget everything."""
        with self._lock:
            if self._server is not None:
                self._server.stop()
                self._server = None
            self.emulator.close()

    def __enter__(self) -> RunningEmulator:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

"""An emulator in this process, and SDKs over it."""

from __future__ import annotations

from typing import Callable, Iterator

import pytest

from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator, InProcessTransport

NOW = 1_800_000_000.0


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    running = Emulator(clock=Clock(NOW))
    yield running
    running.close()


@pytest.fixture
def sdk_of(emulator: Emulator) -> Callable[[str], VeltSDK]:
    def make(key: str) -> VeltSDK:
        config = {"apiKey": key, "authToken": f"token-of-{key}"}
        return VeltSDK.initialize(config, transport=InProcessTransport(emulator))

    return make


@pytest.fixture
def sdk(sdk_of: Callable[[str], VeltSDK]) -> VeltSDK:
    return sdk_of("key")

"""An emulator in this process, and SDKs over it."""

from __future__ import annotations

import sys
from typing import Callable, Iterator

import pytest

from tests.emulator.controlling import sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator

NOW = 1_800_000_000.0

# Schemathesis is installed on 3.10 and later, see the extra `dev`.
collect_ignore = ["test_openapi.py"] if sys.version_info < (3, 10) else []


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    running = Emulator(clock=Clock(NOW))
    yield running
    running.close()


@pytest.fixture
def sdk_of(emulator: Emulator) -> Callable[[str], VeltSDK]:
    return lambda key: sdk_over(emulator, apiKey=key, authToken=f"token-of-{key}")


@pytest.fixture
def sdk(sdk_of: Callable[[str], VeltSDK]) -> VeltSDK:
    return sdk_of("key")

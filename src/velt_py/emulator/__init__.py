"""Velt's REST API on this machine, for trying and testing: stateful, without an account or a network."""

from __future__ import annotations

from velt_py.emulator.clock import Clock
from velt_py.emulator.core import Emulator, coverage
from velt_py.emulator.server import EmulatorServer
from velt_py.emulator.transport import AsyncInProcessTransport, InProcessTransport

__all__ = ["AsyncInProcessTransport", "Clock", "Emulator", "EmulatorServer", "InProcessTransport", "coverage"]

"""Velt in test cases of unittest and Django."""

from __future__ import annotations

import unittest
from typing import Any, ClassVar, Mapping, Optional

from velt_py.sdk import VeltSDK
from velt_py.testing.emulated import IN_PROCESS, VeltEmulator
from velt_py.testing.running import RunningEmulator

__all__ = ["VeltEmulatorMixin"]


class VeltEmulatorMixin(unittest.TestCase):
    """An emulator for a test case: one for the class, with a fresh api key for each test.

    Write it before the other base: `class Documents(VeltEmulatorMixin, django.test.TestCase)`. `setUp` makes
    `self.velt_emulator`, and `self.velt_sdk` over it.
    """

    velt_transport: ClassVar[str] = IN_PROCESS
    """`in-process`, or `port` for an application that calls over HTTP."""
    velt_config: ClassVar[Mapping[str, Any]] = {}
    """Configuration of the SDK, beside the credentials."""
    velt_api_key: ClassVar[Optional[str]] = None
    """The api key that the application has; a fresh one for each test unless given."""

    velt_running: ClassVar[RunningEmulator]
    velt_emulator: VeltEmulator
    velt_sdk: VeltSDK

    @classmethod
    def setUpClass(cls) -> None:
        """Start the emulator."""
        super().setUpClass()
        cls.velt_running = RunningEmulator()
        cls.addClassCleanup(cls.velt_running.close)

    def setUp(self) -> None:
        """Make an api key and an SDK."""
        super().setUp()
        self.velt_emulator = VeltEmulator(
            self.velt_running,
            transport=self.velt_transport,
            api_key=self.velt_api_key,
            config=self.velt_config,
        )
        self.addCleanup(self.velt_emulator.close)
        self.velt_sdk = self.velt_emulator.sdk()

"""Velt in test cases of unittest and Django."""

from __future__ import annotations

import sys
import unittest
from typing import Any, ClassVar, Mapping, Optional, cast

from velt_py.sdk import VeltSDK
from velt_py.testing.emulated import IN_PROCESS, VeltEmulator
from velt_py.testing.running import RunningEmulator
from velt_py.testing.telling import TellingResult

__all__ = ["VeltEmulatorMixin"]


class VeltEmulatorMixin(unittest.TestCase):
    """An emulator for a test case: one for the class, with a fresh api key for each test.

    Write it before the other base: `class Documents(VeltEmulatorMixin, django.test.TestCase)`. `setUp` makes
    `self.velt_emulator`, and `self.velt_sdk` over it. A failure tells which calls the test made.
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

    def run(self, result: Optional[unittest.TestResult] = None) -> Optional[unittest.TestResult]:
        """Run the test; a failure tells which calls it made, without what people wrote."""
        if result is None:
            return super().run()
        self._velt_told = ""
        super().run(cast(unittest.TestResult, TellingResult(result, self._told)))
        return result

    def _told(self) -> str:
        velt: Optional[VeltEmulator] = getattr(self, "velt_emulator", None)
        return self._velt_told or (
            velt.told() if velt is not None else "none, the emulator was not there yet."
        )

    def _keep_told(self) -> None:
        # Before Python 3.11 failures are told when the emulator has forgotten the test.
        self._velt_told = self.velt_emulator.told()

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
        if sys.version_info < (3, 11):
            self.addCleanup(self._keep_told)
        self.velt_sdk = self.velt_emulator.sdk()

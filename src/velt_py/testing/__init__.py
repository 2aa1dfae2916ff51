"""Velt in tests: an emulator of its REST API for pytest (`velt_py.testing.plugin`), unittest and Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velt_py._lazy import lazy_names

if TYPE_CHECKING:
    from velt_py.testing.cases import VeltEmulatorMixin
    from velt_py.testing.emulated import VeltEmulator
    from velt_py.testing.entries import OutboxMail, WebhookAttempt, WebhookDelivery
    from velt_py.testing.running import RunningEmulator
    from velt_py.testing.tenant import Tenant

__all__ = [
    "OutboxMail",
    "RunningEmulator",
    "Tenant",
    "VeltEmulator",
    "VeltEmulatorMixin",
    "WebhookAttempt",
    "WebhookDelivery",
]

# pytest loads this package with its plugin in every run: nothing else may be loaded with it.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "velt_py.testing.cases": "VeltEmulatorMixin",
        "velt_py.testing.emulated": "VeltEmulator",
        "velt_py.testing.entries": "OutboxMail WebhookAttempt WebhookDelivery",
        "velt_py.testing.running": "RunningEmulator",
        "velt_py.testing.tenant": "Tenant",
    },
)

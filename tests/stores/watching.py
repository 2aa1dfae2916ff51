"""Tests that look on while a person is erased, and step in between."""

from __future__ import annotations

from typing import Any, Callable, Optional

from tests.stores.conftest import Client, Driver
from velt_py.selfhosting.operation import AsyncRunner, Runner
from velt_py.selfhosting.plans import Plan
from velt_py.selfhosting.privacy.service import PrivacyService

__all__ = ["watched"]

Before = Callable[[Any], Optional[Plan]]


def watched(driver: Driver, client: Client, before: Before) -> Any:
    """The privacy service over a runner that calls `before` with each step, and first runs the plan it returns."""
    inner = client.sdk._runner

    class Watched(Runner):
        def run(self, step: Any) -> Any:
            plan = before(step)
            if plan is not None:
                inner.run(plan)
            return inner.run(step)

    class AsyncWatched(AsyncRunner):
        async def run(self, step: Any) -> Any:
            plan = before(step)
            if plan is not None:
                await inner.run(plan)
            return await inner.run(step)

    runner: Any = AsyncWatched() if driver.loop else Watched()
    return PrivacyService(runner, client.sdk._settings)

"""Whether the database answers, asked at most once a second and never waited for longer than some seconds."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Any, Callable, Optional

from velt_py.exceptions import VeltSDKError

__all__ = ["AsyncProbe", "Probe"]

logger = logging.getLogger("velt_py.web")

FRESH_SECONDS = 1.0
WAIT_SECONDS = 3.0


class Probe:
    """Pings a database that may hang: one ping at a time, in a thread of its own.

    Args:
        ping: returns when the database answers and raises a `VeltSDKError` when not.
    """

    def __init__(self, ping: Callable[[], None]) -> None:
        self._ping = ping
        self._lock = threading.Lock()
        self._running: Optional[threading.Event] = None
        self._finished = 0.0
        self._answers = False

    def check(self) -> bool:
        """Whether the database answers; after `WAIT_SECONDS` it counts as silent."""
        with self._lock:
            if self._running is None:
                if time.monotonic() - self._finished < FRESH_SECONDS and self._finished:
                    return self._answers
                self._running = threading.Event()
                threading.Thread(
                    target=self._ask, args=(self._running,), name="velt-health", daemon=True
                ).start()
            running = self._running
        return running.wait(WAIT_SECONDS) and self._answers

    def _ask(self, done: threading.Event) -> None:
        answers = False
        try:
            self._ping()
            answers = True
        except VeltSDKError as error:
            report(error)
        finally:
            with self._lock:
                self._answers, self._finished, self._running = answers, time.monotonic(), None
            done.set()


class AsyncProbe:
    """Pings a database that may hang: one ping at a time.

    Args:
        ping: as for `Probe`, awaited.
    """

    def __init__(self, ping: Callable[[], Any]) -> None:
        self._ping = ping
        self._running: Optional[asyncio.Task[bool]] = None
        self._finished = 0.0
        self._answers = False

    async def check(self) -> bool:
        """Whether the database answers; after `WAIT_SECONDS` it counts as silent."""
        if self._running is None:
            if time.monotonic() - self._finished < FRESH_SECONDS and self._finished:
                return self._answers
            self._running = asyncio.ensure_future(self._ask())
        done, _ = await asyncio.wait([self._running], timeout=WAIT_SECONDS)
        return bool(done) and self._answers

    async def _ask(self) -> bool:
        answers = False
        try:
            await self._ping()
            answers = True
        except VeltSDKError as error:
            report(error)
        finally:
            self._answers, self._finished, self._running = answers, time.monotonic(), None
        return answers


def report(error: VeltSDKError) -> None:
    logger.warning(
        "velt.health.silent",
        extra={"velt_error": type(error).__name__, "velt_correlation": error.correlation},
    )

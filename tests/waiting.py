"""Waiting for what goes on beside the test."""

from __future__ import annotations

import time
from typing import Callable

__all__ = ["until"]


def until(done: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return as soon as this is so; fail when it is not after some seconds."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come to this in time"
        time.sleep(0.02)

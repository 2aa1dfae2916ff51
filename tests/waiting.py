"""Waiting for what goes on beside the test."""

from __future__ import annotations

import threading
import time
from itertools import count
from typing import Callable

__all__ = ["meeting", "until"]


def until(done: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return as soon as this is so; fail when it is not after some seconds."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come to this in time"
        time.sleep(0.02)


def meeting() -> Callable[[], None]:
    """Where the first four that come wait for each other: none comes while another holds up the loop."""
    four, coming = threading.Barrier(4, timeout=10), count()

    def wait() -> None:
        if next(coming) < 4:
            four.wait()

    return wait

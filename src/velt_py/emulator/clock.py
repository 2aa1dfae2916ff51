"""The emulator's time: the machine's, until it is set or moved."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from typing import Optional

__all__ = ["Clock", "iso"]


class Clock:
    """A clock that can be moved.

    Args:
        now: seconds since 1970 at which it stands still; None lets it run with the machine's.
    """

    def __init__(self, now: Optional[float] = None) -> None:
        self._lock = threading.Lock()
        self._fixed = now
        self._offset = 0.0

    def seconds(self) -> float:
        """Seconds since 1970."""
        with self._lock:
            return (time.time() if self._fixed is None else self._fixed) + self._offset

    def milliseconds(self) -> int:
        """Milliseconds since 1970."""
        return int(self.seconds() * 1000)

    def tick(self, seconds: float) -> None:
        """Move on by so many seconds."""
        with self._lock:
            self._offset += seconds

    def stop_at(self, seconds: float) -> None:
        """Stand still at this time, `seconds` since 1970."""
        with self._lock:
            self._fixed, self._offset = seconds, 0.0

    def run(self) -> None:
        """Run with the machine's clock again."""
        with self._lock:
            self._fixed, self._offset = None, 0.0


def iso(milliseconds: int) -> str:
    """A time as Velt writes it in comments, for example `2026-01-31T12:00:00.000Z`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"

"""The emulator's time: the machine's, until it is set or moved."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from typing import Optional

from velt_py.exceptions import VeltValidationError

__all__ = ["LATEST", "Clock", "iso"]

LATEST = 32_503_680_000
"""The seconds since 1970 at which the year 3000 begins. Far beyond it there are no dates to write, and every call would
fail."""


class Clock:
    """A clock that can be moved.

    Args:
        now: seconds since 1970 at which it stands still; None lets it run with the machine's.

    Raises:
        VeltValidationError: that is before 1970, or after the year 2999; so do `tick` and `stop_at`.
    """

    def __init__(self, now: Optional[float] = None) -> None:
        self._lock = threading.Lock()
        self._fixed = None if now is None else _checked(now)
        self._offset = 0.0

    def seconds(self) -> float:
        """Seconds since 1970."""
        with self._lock:
            return self._now() + self._offset

    def milliseconds(self) -> int:
        """Milliseconds since 1970."""
        return int(self.seconds() * 1000)

    def tick(self, seconds: float) -> None:
        """Move on by so many seconds."""
        with self._lock:
            _checked(self._now() + self._offset + seconds)
            self._offset += seconds

    def stop_at(self, seconds: float) -> None:
        """Stand still at this time, `seconds` since 1970."""
        with self._lock:
            self._fixed, self._offset = _checked(seconds), 0.0

    def run(self) -> None:
        """Run with the machine's clock again."""
        with self._lock:
            self._fixed, self._offset = None, 0.0

    def _now(self) -> float:
        return time.time() if self._fixed is None else self._fixed


def _checked(seconds: float) -> float:
    if not 0 <= seconds < LATEST:
        raise VeltValidationError(
            f"the emulator's clock can stand between 1970 and 2999, at 0 to {LATEST} seconds since 1970: "
            f"not at {seconds}",
            field="clock",
        )
    return seconds


def iso(milliseconds: int) -> str:
    """A time as Velt writes it in comments, for example `2026-01-31T12:00:00.000Z`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"

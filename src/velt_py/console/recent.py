"""The latest requests of this process, in memory: what was asked for and how long it took, never by whom."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Deque, Dict, List

from velt_py.web.site import Event

__all__ = ["Recent"]


class Recent:
    """A list that forgets its oldest entries.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._kept: Deque[Dict[str, Any]] = deque(maxlen=most)
        self._number = 0

    def add(self, event: Event) -> None:
        """Remember an answered request."""
        spent = (time.perf_counter() - event.started) * 1000
        with self._lock:
            self._number += 1
            self._kept.append(
                {
                    "id": str(self._number),
                    "at": int(time.time() * 1000),
                    "method": event.method,
                    "what": event.route,
                    "status": event.status,
                    "ms": round(spent, 2),
                    "received": event.received,
                    "sent": event.sent,
                    "correlation": event.correlation,
                }
            )

    def listed(self) -> List[Dict[str, Any]]:
        """The requests, the newest first."""
        with self._lock:
            return list(reversed(self._kept))

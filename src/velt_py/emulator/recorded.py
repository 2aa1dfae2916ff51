"""The calls that came in, for tests to look at: without credentials."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Set, cast

from velt_py.emulator.logins import without_login

__all__ = ["Recorded"]

CREDENTIALS = ("authtoken", "secret", "password")
"""How names of fields end that hold what signs or opens something, in small letters."""
HIDDEN = "__redacted__"
ERASED = "__erased__"
"""Stands where a request said something of a person who was erased since."""
LONG = 100_000
"""Signs of a text from which on only its beginning is kept: a thousand files would not fit in memory."""


def without_credentials(value: Any) -> Any:
    """What a request said, without what signs or opens something, at every level; very long texts are cut."""
    if isinstance(value, dict):
        return {
            name: HIDDEN
            if isinstance(entry, str) and name.lower().endswith(CREDENTIALS)
            else without_credentials(entry)
            for name, entry in cast(Dict[str, Any], value).items()
        }
    if isinstance(value, list):
        return [without_credentials(entry) for entry in cast(List[Any], value)]
    if isinstance(value, str) and len(value) > LONG:
        return f"{value[:100]}... ({len(value)} signs)"
    return without_login(value) if isinstance(value, str) else value


class Recorded:
    """The latest calls.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int = 1000) -> None:
        self._lock = threading.Lock()
        self._calls: Deque[Dict[str, Any]] = deque(maxlen=most)
        self._touched: Dict[str, Set[str]] = {}
        self._number = 0
        self._name, self._changes = uuid.uuid4().hex[:12], 0

    def add(self, word: Optional[str] = None, **facts: Any) -> None:
        """Remember a call, and with which of Velt's words it was refused, if it was."""
        with self._lock:
            self._number += 1
            self._changes += 1
            said = without_credentials(facts.pop("data", None))
            self._calls.append({"number": self._number, **facts, "data": said, "refused": word})
            if facts.get("operation"):
                self._touched.setdefault(facts["operation"], set()).update([word] if word else [])

    def erase(self, key: str, names: Callable[[Any], bool]) -> None:
        """Forget what calls of an api key said of a person; that there were calls, and how they ended, stays.

        Args:
            names: whether the fields of a request name the person.
        """
        with self._lock:
            for call in self._calls:
                if call["apiKey"] == key and names(call["data"]):
                    call["data"] = ERASED

    def listed(self, key: Optional[str] = None, operation: Optional[str] = None) -> List[Dict[str, Any]]:
        """The calls, the oldest first; those of one api key or operation only."""
        with self._lock:
            calls = list(self._calls)
        return [
            call
            for call in calls
            if (key is None or call["apiKey"] == key)
            and (operation is None or call["operation"] == operation)
        ]

    @property
    def version(self) -> str:
        """What changes with every call that is remembered or forgotten, and that no other list has."""
        with self._lock:
            return f"{self._name}-{self._changes}"

    @property
    def latest(self) -> int:
        """The number of the latest call; 0 before the first one."""
        with self._lock:
            return self._number

    def touched(self) -> Dict[str, List[str]]:
        """The operations that were called since the start, and the words that each was refused with."""
        with self._lock:
            return {name: sorted(words) for name, words in sorted(self._touched.items())}

    def clear(self, key: Optional[str] = None) -> None:
        """Forget the calls of an api key, or all."""
        with self._lock:
            self._changes += 1
            kept = [call for call in self._calls if key is not None and call["apiKey"] != key]
            self._calls.clear()
            self._calls.extend(kept)

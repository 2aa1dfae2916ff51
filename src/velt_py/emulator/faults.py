"""Faults on demand: which calls fail, and how."""

from __future__ import annotations

import fnmatch
import random
import threading
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.exceptions import VeltValidationError

__all__ = ["Dropped", "Fault", "Faults"]


class Dropped(Exception):
    """The connection ends without an answer."""


@dataclass
class Fault:
    """One rule.

    Args:
        match: of the path or the operation's name, for example `*/documents/get` or `documents.*`.
        nth: only the n-th call that matches, from 1.
        times: how often it strikes; None for always.
        probability: how likely it strikes.
        status: the HTTP status of the answer.
        body: the answer; one with Velt's words unless given.
        headers: of the answer, for example Retry-After.
        delay: seconds before the answer; without a status the call goes on afterwards.
        drop: end the connection instead of answering.
    """

    match: str = "*"
    nth: Optional[int] = None
    times: Optional[int] = None
    probability: float = 1.0
    status: Optional[int] = None
    body: Any = None
    headers: Dict[str, str] = field(default_factory=lambda: cast(Dict[str, str], {}))
    delay: float = 0.0
    drop: bool = False
    seen: int = 0
    struck: int = 0


class Faults:
    """The rules that are on. The same seed strikes the same calls."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._faults: List[Fault] = []

    def add(self, **facts: Any) -> Fault:
        """Add a rule; see `Fault`. The rule counts in `struck` how often it did.

        Raises:
            VeltValidationError: a name or a value is none of a fault.
        """
        allowed = {name for name in Fault.__dataclass_fields__ if name not in ("seen", "struck")}
        unknown = sorted(set(facts) - allowed)
        if unknown:
            raise VeltValidationError(
                f"fault: {unknown[0]} is none of {', '.join(sorted(allowed))}", field=str(unknown[0])
            )
        status = facts.get("status")
        if status is not None and (not isinstance(status, int) or not 200 <= status <= 599):
            raise VeltValidationError("fault: status must be a number from 200 to 599", field="status")
        for name in ("delay", "probability"):
            if not isinstance(facts.get(name, 0), (int, float)) or facts.get(name, 0) < 0:
                raise VeltValidationError(f"fault: {name} must be a number and not negative", field=name)
        fault = Fault(**facts)
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take one rule away; nothing when it is gone."""
        with self._lock:
            self._faults = [each for each in self._faults if each is not fault]

    def clear(self) -> None:
        """Take all rules away."""
        with self._lock:
            self._faults.clear()

    def striking(self, path: str, name: str) -> Optional[Fault]:
        """The rule that strikes this call; None when none does."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if not (fnmatch.fnmatchcase(path, fault.match) or fnmatch.fnmatchcase(name, fault.match)):
                    continue
                fault.seen += 1
                if fault.nth is not None and fault.seen != fault.nth:
                    continue
                if fault.times is not None and fault.struck >= fault.times:
                    continue
                if fault.probability < 1 and self._random.random() >= fault.probability:
                    continue
                fault.struck += 1
                return fault
        return None

    def listed(self) -> List[Mapping[str, Any]]:
        """The rules as JSON objects."""
        with self._lock:
            return [dict(vars(fault)) for fault in self._faults]

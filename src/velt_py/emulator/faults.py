"""Faults on demand: which calls fail, and how."""

from __future__ import annotations

import fnmatch
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, cast

from velt_py.exceptions import VeltValidationError

__all__ = ["LONGEST", "Dropped", "Fault", "Faults"]


USUAL: Mapping[str, Any] = {"error": {"message": "A fault that was asked for.", "status": "UNAVAILABLE"}}
"""The answer that nobody described."""


class Dropped(Exception):
    """The connection ends without an answer."""


@dataclass
class Fault:
    """One rule.

    Args:
        match: of the path, of the path below its version, or of the operation's name, for example `*/documents/get`,
            `users/add` or `documents.*`.
        nth: only the n-th call that matches, from 1.
        times: how often it strikes; None for always.
        probability: how likely it strikes.
        status: the HTTP status of the answer.
        body: the answer, beside a status; one with Velt's words unless given.
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

    def meets(self, path: str, name: str) -> bool:
        """Whether it is meant for the operation of this path and name."""
        texts = (path, path.lstrip("/").partition("/")[2], name)
        return any(fnmatch.fnmatchcase(text, self.match) for text in texts)

    def hold_up(self, path: str) -> None:
        """Let the time pass that it asks for.

        Raises:
            Dropped: the connection ends without an answer.
        """
        if self.delay or self.drop:
            time.sleep(self.delay)
        if self.drop:
            raise Dropped(path)

    @property
    def answer(self) -> Any:
        """The body beside its status."""
        return USUAL if self.body is None else self.body


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _number(value: Any, most: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= most


def _json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _headers(value: Any) -> bool:
    """Names and values that a head can hold: what breaks a line would begin another answer."""
    return isinstance(value, dict) and all(
        isinstance(name, str) and NAME.match(name) and isinstance(each, str) and VALUE.match(each)
        for name, each in cast(Dict[Any, Any], value).items()
    )


NAME, VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z"), re.compile(r"[ -~\t]*\Z")
LONGEST = 3_600
OPTIONAL = ("nth", "times", "status")
CHECKS: Dict[str, Tuple[Callable[[Any], bool], str]] = {
    "match": (lambda value: isinstance(value, str) and bool(value), "a path or a name, with or without *"),
    "nth": (_count, "a whole number from 1"),
    "times": (_count, "a whole number from 1"),
    "probability": (lambda value: _number(value, 1), "a number from 0 to 1"),
    "status": (lambda value: _count(value) and 200 <= value <= 599, "a whole number from 200 to 599"),
    "headers": (_headers, "an object of names and texts in one line"),
    "delay": (lambda value: _number(value, LONGEST), f"a number of seconds from 0 to {LONGEST}"),
    "drop": (lambda value: isinstance(value, bool), "true or false"),
    "body": (_json, "what JSON can hold"),
}
"""What each fact of a fault must be, and how it is said."""


class Faults:
    """The rules that are on. The same seed strikes the same calls."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._faults: List[Fault] = []

    def add(self, /, **facts: Any) -> Fault:
        """Add a rule; see `Fault`. The rule counts in `struck` how often it did.

        Raises:
            VeltValidationError: a name or a value is none of a fault.
        """
        unknown = sorted(set(facts) - set(CHECKS))
        if unknown:
            raise VeltValidationError(
                f"fault: {unknown[0]} is none of {', '.join(sorted(CHECKS))}",
                field=str(unknown[0]),
            )
        for name, value in facts.items():
            if not (value is None and name in OPTIONAL) and not CHECKS[name][0](value):
                raise VeltValidationError(f"fault: {name} must be {CHECKS[name][1]}", field=name)
        fault = Fault(**facts)
        if fault.body is not None and fault.status is None:
            raise VeltValidationError("fault: body needs a status beside it", field="body")
        if not (fault.status or fault.headers or fault.delay or fault.drop):
            raise VeltValidationError(
                "fault: nothing says what happens: give status, headers, delay or drop", field="status"
            )
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
                if not fault.meets(path, name):
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

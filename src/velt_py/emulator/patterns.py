"""Regular expressions that somebody gave: whether they can be used, and whether they are found.

They are searched while the state is locked, and one that backtracks can search for years. Only a search that cannot
take long is made here; any other is made by a process of its own, which ends when it has computed for too long.
"""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
from collections import Counter
from typing import Any, List, Optional, Tuple

__all__ = ["LONGEST", "is_found", "pattern_fault", "spans_of"]

logger = logging.getLogger("velt_py.emulator")

LONGEST = 10_000
"""Signs of a pattern, and of a text in which one is looked for."""
SECONDS = 1
"""Of computing that a search may take."""
PATIENCE = 60.0
"""Seconds until a search is given up that gets no time to compute."""
KEPT = 1000
FEW = 8
"""Choices between which a search that repeats nothing can go back."""
TOKEN = re.compile(
    r"(?P<costly>\\[1-9]|\(\?(?!:)|\)[*+?{])"  # a reference, a group that is more than one, or is taken many times
    r"|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:"
    r"|(?P<many>[*+{]\??)"
    r"|(?P<choice>[?|])",
    re.DOTALL,
)

PROGRAM = f"""
import json, re, signal, sys
if hasattr(signal, "setitimer"):
    signal.setitimer(signal.ITIMER_VIRTUAL, {SECONDS})
pattern, text, most = json.load(sys.stdin)
spans = []
for found in re.finditer(pattern, text):
    spans.append(found.span())
    if len(spans) >= most:
        break
print(json.dumps(spans))
"""

_hopeless: List[Tuple[str, int]] = []
"""Searches that were given up, by their patterns and the lengths of their texts; the last ones only."""


def pattern_fault(pattern: Any) -> Optional[str]:
    """Why something cannot be used as a regular expression; None when it can."""
    if not isinstance(pattern, str):
        return "it is no text"
    if len(pattern) > LONGEST:
        return f"it has more than {LONGEST} signs"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return None


def is_found(pattern: str, text: Any) -> bool:
    """Whether a pattern is found in a value; only in texts, and in the first `LONGEST` signs of them."""
    return isinstance(text, str) and bool(spans_of(pattern, text[:LONGEST], 1))


def spans_of(pattern: str, text: str, most: int) -> List[Tuple[int, int]]:
    """Where a pattern is found in a text: from which sign, to before which.

    A search that takes too long finds nothing, and the log says so.

    Args:
        pattern: one without a fault.
        text: where to look for it.
        most: places at most.
    """
    if _is_quick(pattern, text):
        spans: List[Tuple[int, int]] = []
        for found in re.finditer(pattern, text):
            spans.append(found.span())
            if len(spans) >= most:
                break
        return spans
    if any(known == pattern and length <= len(text) for known, length in _hopeless):
        return []
    answered = _apart(json.dumps([pattern, text, most]))
    if answered is None:
        logger.warning("velt.emulator.pattern", extra={"velt_signs": len(pattern)})
        _hopeless.append((pattern, len(text)))
        del _hopeless[:-KEPT]
        return []
    return [(start, end) for start, end in json.loads(answered)]


def _is_quick(pattern: str, text: str) -> bool:
    """Whether a search cannot take long: in a short text, by a pattern of few choices that repeats one sign only."""
    counts = Counter(token.lastgroup for token in TOKEN.finditer(pattern))
    most = 1 if counts["many"] else FEW
    return len(text) <= LONGEST and not counts["costly"] and counts["many"] <= 1 and counts["choice"] <= most


def _apart(question: str) -> Optional[bytes]:
    """What a process of its own answers; None when it took too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", PROGRAM],
            input=question.encode("ascii"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE if hasattr(signal, "setitimer") else float(SECONDS),
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout

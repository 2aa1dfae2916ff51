"""Regular expressions that somebody gave: whether they can be used, and whether they are found. Pure.

They are searched while the state is locked, so one that backtracks for hours would stop the emulator. The simplest ones
that do, a repetition of nothing but a repetition, are refused, and only the beginning of a long text is searched.
"""

from __future__ import annotations

import re
from typing import Any, Optional

__all__ = ["LONGEST", "is_found", "pattern_fault"]

LONGEST = 10_000
"""Signs of a pattern, and of a text that are searched."""
REPEATED = r"(?:[*+]|\{\d+,\})"
NESTED = re.compile(
    r"(?<!\\)\((?:\?:|\?P<\w+>)?"  # a group
    r"(?:\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|[^\\()\[\]|*+?{}])"  # of one sign, or one class of them,
    rf"{REPEATED}\??\){REPEATED}"  # repeated, and repeated itself
)


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
    if NESTED.search(pattern):
        return "a repetition of a repetition, as in (a+)+, can take for ever; repeat once"
    return None


def is_found(pattern: str, text: Any) -> bool:
    """Whether a pattern is found in a value; only in texts, and in the first `LONGEST` signs of them."""
    return isinstance(text, str) and re.search(pattern, text[:LONGEST]) is not None

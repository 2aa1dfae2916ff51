"""JSON that is nested so deeply that Python 3.8 must not try to parse it.

There the parser's RecursionError can end the whole process: when garbage is collected while it is on its way out, and
a finalizer recurses a little, Python gives up ("Cannot recover from stack overflow"). From 3.9 on it does not.
"""

from __future__ import annotations

import re
import sys
from typing import Union

__all__ = ["check_nesting"]

OLD = sys.version_info < (3, 9)
MOST = 500
"""Half of what Python's own limit allows. Records are held to `limits.max_depth`, which is far below."""

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{\]}]', re.S)


def check_nesting(text: Union[str, bytes, bytearray]) -> None:
    """Refuse JSON that must not be parsed here.

    Raises:
        RecursionError: as the parser would, but before anything went deep.
    """
    if not OLD:
        return
    if not isinstance(text, str):
        text = bytes(text).decode("latin-1")
    if text.count("[") + text.count("{") <= MOST:
        return
    depth = 0
    for found in TOKEN.finditer(text):
        token = found.group()
        if token in "[{":
            depth += 1
            if depth > MOST:
                raise RecursionError("nested too deeply")
        elif token in "]}":
            depth -= 1

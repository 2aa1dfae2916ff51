"""How far long work has come, for a person who looks: one line of a terminal, gone at the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Optional, TextIO

if TYPE_CHECKING:
    from velt_py.selfhosting.migration.walking import Progress, Seen

__all__ = ["clear_line", "progress_on"]

SHOWN_AFTER = 0.5
"""Seconds that work may take without a word."""


def progress_on(stream: TextIO) -> Optional[Seen]:
    """Writes how far it has come over one line of a terminal, when that takes a while; None where nobody looks."""
    if not stream.isatty():
        return None
    begun = time.monotonic()

    def show(progress: Progress) -> None:
        if time.monotonic() - begun < SHOWN_AFTER:
            return
        where = f" ({progress.organization})" if progress.organization else ""
        stream.write(f"\r\x1b[K{progress.doing} {progress.kind}: {progress.records}{where}")
        stream.flush()

    return show


def clear_line(stream: TextIO) -> None:
    """Take away what stands on the line of the progress."""
    if stream.isatty():
        stream.write("\r\x1b[K")
        stream.flush()

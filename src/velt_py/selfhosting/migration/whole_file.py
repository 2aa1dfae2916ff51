"""Files that are never half written."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from typing import Generator, TextIO

from velt_py.exceptions import VeltStorageError

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: str) -> Generator[TextIO, None, None]:
    """A text file to write, which takes its place when all is written: whoever reads it sees the old or the new one,
    also after a crash. Only its owner can read it. A device or a pipe is written to where it is, and never replaced; a
    link stays and leads to the new file.

    Raises:
        VeltStorageError: it cannot be written.
    """
    place = os.path.realpath(path)
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding="utf-8", newline="\n") as other:
                yield other
            return
        descriptor, unfinished = tempfile.mkstemp(prefix=".velt-", dir=os.path.dirname(place))
        try:
            with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, place)
        except BaseException:
            with suppress(OSError):
                os.remove(unfinished)
            raise
    except OSError as error:
        problem = error.strerror or "this cannot be written"
        raise VeltStorageError(f"{path}: {problem}", field=path) from None

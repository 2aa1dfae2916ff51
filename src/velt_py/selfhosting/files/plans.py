"""What a file store is asked to do, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Optional, Union

__all__ = ["FileStep", "OpenFile", "PutFile", "RemoveFile", "SignFile"]


@dataclass(frozen=True)
class PutFile:
    """Store the bytes of `content` under `key`, replacing what is there, whole or not at all.

    Args:
        key: where to; made by us, never by a caller.
        content: a binary stream at its start; it is read in pieces.
        name: the file's name for people.
        mime_type: its content type.
        max_bytes: refuse with `VeltValidationError` when there are more; nothing is left behind then.

    A file store answers with the number of bytes stored.
    """

    key: str
    content: BinaryIO
    name: str
    mime_type: str
    max_bytes: int


@dataclass(frozen=True)
class OpenFile:
    """Open the file under `key` for reading, from byte `start` to `end` (exclusive) where given.

    A file store answers with a `files.base.StoredFile`, or None when there is no such file.
    """

    key: str
    start: int = 0
    end: Optional[int] = None


@dataclass(frozen=True)
class SignFile:
    """Make a URL under which anybody can fetch the file for `seconds` seconds.

    A file store answers with the URL, or None when it cannot make one (a folder).
    """

    key: str
    seconds: int
    name: str
    mime_type: str


@dataclass(frozen=True)
class RemoveFile:
    """Remove the file under `key`. A file store answers True when there was one."""

    key: str


FileStep = Union[PutFile, OpenFile, SignFile, RemoveFile]

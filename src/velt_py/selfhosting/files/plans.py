"""What a file store is asked to do, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, Optional, Tuple, Union

__all__ = [
    "FILE_STEPS",
    "ClearLeftovers",
    "FileFacts",
    "FileStep",
    "ListFiles",
    "OpenFile",
    "PutFile",
    "ReadUpload",
    "RemoveFile",
    "SignFile",
    "StatFile",
    "Upload",
]


@dataclass(frozen=True)
class Upload:
    """A file that came with a request. JSON can never make one, only our own code.

    Args:
        content: a binary stream; it is read once, from where it stands, and stays its owner's to close.
        name: the file's name for people, when the sender gave one.
        mime_type: its content type, when the sender gave one.
    """

    content: BinaryIO = field(repr=False)
    name: Optional[str] = field(default=None, repr=False)
    mime_type: Optional[str] = None


@dataclass(frozen=True)
class ReadUpload:
    """Read `content` to its end once: whether it is whole, how long it is, and its digest, before anything is stored.

    Args:
        content: a binary stream; a stream that cannot go back is copied to a temporary file.
        max_bytes: refuse with `VeltValidationError` when there are more.

    A file store answers with an `intake.Intake`.
    """

    content: BinaryIO = field(repr=False)
    max_bytes: int


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
    content: BinaryIO = field(repr=False)
    name: str = field(repr=False)
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
class StatFile:
    """Look a file up. A file store answers with its `FileFacts`, or None when there is no such file."""

    key: str


@dataclass(frozen=True)
class SignFile:
    """Make a URL under which anybody can fetch the file for `seconds` seconds.

    A file store answers with the URL, or None when it cannot make one (a folder).
    """

    key: str
    seconds: int
    name: str = field(repr=False)
    mime_type: str


@dataclass(frozen=True)
class RemoveFile:
    """Remove the file under `key`. A file store answers True when there was one."""

    key: str


class FileFacts(NamedTuple):
    """A file as its store sees it.

    Args:
        key: where it lies.
        size: bytes.
        age: seconds since its bytes were written, by the clock of the store.
    """

    key: str
    size: int
    age: float


@dataclass(frozen=True)
class ListFiles:
    """List the files whose keys start with `prefix`, which ends with a slash. What crashed writes left is no file.

    A file store answers with a list of `FileFacts`.
    """

    prefix: str


@dataclass(frozen=True)
class ClearLeftovers:
    """Remove what crashed or aborted writes left below `prefix`.

    Args:
        prefix: where to look; it ends with a slash.
        seconds: only what is older than this.
        apply: False counts only.

    A file store answers with how many leftovers it found.
    """

    prefix: str
    seconds: float
    apply: bool


FileStep = Union[ReadUpload, PutFile, OpenFile, StatFile, SignFile, RemoveFile, ListFiles, ClearLeftovers]
FILE_STEPS: Tuple[type, ...] = (
    ReadUpload,
    PutFile,
    OpenFile,
    StatFile,
    SignFile,
    RemoveFile,
    ListFiles,
    ClearLeftovers,
)

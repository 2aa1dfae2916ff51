"""Taking in an upload: its bytes are read once before anything is stored, so that a broken, endless or too large
stream leaves neither a row nor a file."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Iterator, Optional

from velt_py.exceptions import VeltValidationError

__all__ = ["PIECE", "Intake", "cut_off", "pieces_of", "position", "read_piece", "read_upload", "too_large"]

PIECE = 256 * 1024
"""Bytes read at once."""


@dataclass
class Intake:
    """An upload that was read to its end.

    Args:
        content: a stream that can go back, at the upload's first byte.
        start: where that byte is.
        size: bytes.
        digest: of the bytes, as hexadecimal text; equal uploads have equal digests.
        spool: the temporary copy, when one had to be made.
    """

    content: BinaryIO = field(repr=False)
    start: int
    size: int
    digest: str
    spool: Optional[BinaryIO] = field(default=None, repr=False)

    def rewind(self) -> BinaryIO:
        """The content at its first byte again."""
        self.content.seek(self.start)
        return self.content

    def close(self) -> None:
        """Give the temporary copy back. The caller's own stream stays open."""
        if self.spool is not None:
            self.spool.close()


def too_large(max_bytes: int) -> VeltValidationError:
    """The refusal of a file with more than `max_bytes` bytes."""
    return VeltValidationError(
        f"file: it has more than the {max_bytes} bytes that `files.max_bytes` allows",
        statusCode=413,
        field="file",
    )


def cut_off(reason: str = "it is shorter than it said") -> VeltValidationError:
    """The refusal of a file whose stream did not come to its end."""
    return VeltValidationError(
        f"file: its stream failed before its end ({reason}); send the file again", field="file"
    )


def pieces_of(content: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """The bytes of an upload in pieces.

    Raises:
        VeltValidationError: the stream failed, gives no bytes, or has more than `max_bytes` of them.
    """
    total = 0
    while True:
        piece = read_piece(content, PIECE)
        if not piece:
            return
        total += len(piece)
        if total > max_bytes:
            raise too_large(max_bytes)
        yield piece


def read_piece(content: BinaryIO, size: int) -> bytes:
    """Read from a stream that is not ours; its failure is bad input, not a fault of the file store."""
    try:
        piece: Any = content.read(size)
    except (OSError, EOFError, ValueError) as error:
        raise cut_off(type(error).__name__) from None
    if not isinstance(piece, (bytes, bytearray)):
        raise VeltValidationError(
            "file: its stream gives no bytes; open the file in binary mode", field="file"
        )
    return bytes(piece)


def read_upload(content: BinaryIO, max_bytes: int) -> Intake:
    """Read an upload to its end; see `plans.ReadUpload`."""
    start = position(content)
    digest = hashlib.blake2b(digest_size=16)
    size = 0
    if start is not None:
        for piece in pieces_of(content, max_bytes):
            digest.update(piece)
            size += len(piece)
        content.seek(start)
        return Intake(content, start, size, digest.hexdigest())
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by Intake.close
    try:
        for piece in pieces_of(content, max_bytes):
            digest.update(piece)
            size += len(piece)
            spool.write(piece)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return Intake(spool, 0, size, digest.hexdigest(), spool)


def position(content: BinaryIO) -> Optional[int]:
    """Where a stream stands, or None when it cannot go back there."""
    try:
        start = content.tell()
        content.seek(start)
    except (OSError, ValueError, AttributeError, io.UnsupportedOperation):
        return None
    return start

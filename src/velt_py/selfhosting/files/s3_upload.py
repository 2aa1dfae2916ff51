"""Uploads to S3 in parts, with hardly any of them in memory: boto3's own transfer holds several parts at a time."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO, Dict, Iterator, List, Mapping, Optional, Union

from velt_py.exceptions import VeltSDKError
from velt_py.selfhosting.files.intake import cut_off, position, read_piece, too_large

__all__ = ["PART_BYTES", "upload"]

PART_BYTES = 5 * 1024 * 1024
"""S3's smallest part."""
MOST_PARTS = 10_000


class Window:
    """A part of a stream that can go back, as a file of its own. boto3 asks its length and reads it again when it
    retries.

    Args:
        content: the stream; owned by the caller.
        start: where the part begins.
        size: its bytes.
    """

    def __init__(self, content: BinaryIO, start: int, size: int) -> None:
        self._content = content
        self._start = start
        self._size = size
        self._at = 0
        self.failed: Optional[VeltSDKError] = None

    def __len__(self) -> int:
        return self._size

    def __bool__(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._at
        wanted = left if size < 0 else min(size, left)
        if wanted <= 0:
            return b""
        try:
            self._content.seek(self._start + self._at)
            piece = read_piece(self._content, wanted)
            if not piece:
                # Without this S3 would wait for the bytes that were promised.
                raise cut_off()
        except VeltSDKError as error:
            # The library wraps what is raised here; so it is kept for whoever asked for the upload.
            self.failed = error
            raise
        self._at += len(piece)
        return piece

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at


Part = Union[Window, io.BytesIO]


def parts_of(content: BinaryIO, max_bytes: int) -> Iterator[Part]:
    """The bytes of an upload in parts: windows of a stream that can go back, copies of one that cannot.

    Raises:
        VeltValidationError: the stream failed or has more than `max_bytes` bytes.
    """
    size = max(PART_BYTES, -(-max_bytes // MOST_PARTS))
    start = position(content)
    if start is None:
        return copies(content, max_bytes, size)
    return windows(content, start, max_bytes, size)


def windows(content: BinaryIO, start: int, max_bytes: int, size: int) -> Iterator[Part]:
    total = max(0, content.seek(0, os.SEEK_END) - start)
    if total > max_bytes:
        raise too_large(max_bytes)
    for at in range(0, total or 1, size):
        yield Window(content, start + at, min(size, total - at))


def copies(content: BinaryIO, max_bytes: int, size: int) -> Iterator[Part]:
    total = 0
    while True:
        part = io.BytesIO()
        while part.tell() < size:
            # One byte more than allowed tells "exactly as many" from "more".
            piece = read_piece(content, min(size - part.tell(), max_bytes + 1 - total))
            if not piece:
                break
            total += len(piece)
            if total > max_bytes:
                raise too_large(max_bytes)
            part.write(piece)
        length = part.tell()
        part.seek(0)
        if length or not total:
            yield part
        if length < size:
            return


def length_of(part: Part) -> int:
    return len(part) if isinstance(part, Window) else part.getbuffer().nbytes


def upload(
    client: Any, bucket: str, key: str, content: BinaryIO, max_bytes: int, headers: Mapping[str, str]
) -> int:
    """Store an upload; what fails leaves nothing behind, as far as S3 can still be reached.

    Args:
        client: boto3's.
        content: a binary stream, read from where it stands.
        max_bytes: refuse more.
        headers: of the object, by boto3's names.

    Returns:
        The number of bytes.

    Raises:
        VeltValidationError: the stream failed, or has more than `max_bytes` bytes.
        What the library raises: S3 failed.
    """
    parts = parts_of(content, max_bytes)
    first = next(parts)
    if length_of(first) < PART_BYTES:
        sent(first, lambda: client.put_object(Bucket=bucket, Key=key, Body=first, **headers))
        return length_of(first)
    target = {"Bucket": bucket, "Key": key}
    target["UploadId"] = client.create_multipart_upload(**target, **headers)["UploadId"]
    try:
        total = upload_parts(client, target, first, parts)
    except BaseException:
        client.abort_multipart_upload(**target)
        raise
    return total


def upload_parts(client: Any, target: Mapping[str, str], first: Part, parts: Iterator[Part]) -> int:
    done: List[Dict[str, Any]] = []
    total = 0
    part: Optional[Part] = first
    while part is not None:
        body, number = part, len(done) + 1
        answer = sent(body, lambda: client.upload_part(**target, PartNumber=number, Body=body))  # noqa: B023
        done.append({"PartNumber": number, "ETag": answer["ETag"]})
        total += length_of(part)
        del part, body
        part = next(parts, None)
    client.complete_multipart_upload(**target, MultipartUpload={"Parts": done})
    return total


def sent(part: Part, call: Any) -> Any:
    """Carry out a call that sends `part`; the failure of its stream leaves as that, not as the library wrapped it."""
    try:
        return call()
    except Exception:
        failed = part.failed if isinstance(part, Window) else None
        if failed is not None:
            raise failed from None
        raise

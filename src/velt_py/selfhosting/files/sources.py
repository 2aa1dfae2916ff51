"""Where the bytes of a saved attachment come from: an upload, Base64 text, a file object, or an address. Pure."""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any, BinaryIO, Mapping, Optional, Tuple, Union, cast

from velt_py.selfhosting.files.intake import too_large
from velt_py.selfhosting.files.plans import Upload
from velt_py.selfhosting.validation import refuse, spelled, text

__all__ = ["FileContent", "Source", "source_of", "upload_of"]

FileContent = Union[bytes, bytearray, memoryview, BinaryIO]
"""Bytes, or a file object opened in binary mode, which is read from where it stands."""

Source = Union[Upload, str]
"""An upload, or the address where the file lies already."""


def upload_of(
    content: Any, field: str, name: Optional[str] = None, mime_type: Optional[str] = None
) -> Upload:
    """An upload of bytes or of a file object.

    Raises:
        VeltValidationError: it is neither.
    """
    if isinstance(content, (bytes, bytearray, memoryview)):
        return Upload(io.BytesIO(cast(bytes, content)), name, mime_type)
    if not callable(getattr(content, "read", None)):
        refuse(field, f"bytes or a file object are needed, {spelled(content)} was given")
    return Upload(content, name, mime_type)


def source_of(body: Mapping[str, Any], attachment: Mapping[str, Any], max_bytes: Optional[int]) -> Source:
    """Where the bytes of an attachment come from; what came as a file goes before what is written in the attachment.

    Args:
        body: the request; `upload` is a file that came with it.
        attachment: the attachment of the request.
        max_bytes: the largest file; Base64 text that is longer is not even decoded. None without a file store.

    Raises:
        VeltValidationError: names the field that is missing or cannot be used.
    """
    upload = body.get("upload")
    if upload is not None:
        if not isinstance(upload, Upload):
            refuse("upload", "a file travels in the body only as multipart/form-data")
        return upload
    if attachment.get("base64Data") is not None:
        return decoded(attachment["base64Data"], max_bytes)
    name = "file" if attachment.get("file") not in (None, "") else "url"
    given = attachment.get(name)
    if given is None or given == "":
        refuse(
            "attachment.file",
            "a file is needed: its bytes, `base64Data`, or an address that starts with http:// or https://",
        )
    if isinstance(given, str):
        return address(given, f"attachment.{name}")
    return upload_of(given, f"attachment.{name}")


def address(given: str, field: str) -> str:
    text(given, field)
    if not given.startswith(("http://", "https://")) or any(char.isspace() for char in given):
        refuse(field, "an address starts with http:// or https:// and has no spaces")
    return given


def decoded(value: Any, max_bytes: Optional[int]) -> Upload:
    field = "attachment.base64Data"
    if not isinstance(value, str):
        refuse(field, f"Base64 text is needed, {spelled(value)} was sent")
    mime_type, encoded = data_prefix(value)
    if max_bytes is not None and len(encoded) > 4 * (max_bytes // 3 + 1):
        raise too_large(max_bytes)
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        refuse(
            field,
            "this is no Base64 text; the standard alphabet with padding and without line breaks is needed",
        )
    return Upload(io.BytesIO(content), None, mime_type)


def data_prefix(value: str) -> Tuple[Optional[str], str]:
    """The content type that a `data:` prefix names, and the text behind the prefix."""
    if value[:5].lower() != "data:":
        return None, value
    head, comma, encoded = value.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        refuse("attachment.base64Data", "a data: address needs `;base64,` before its content")
    return head[5:-7] or None, encoded

"""Which files are accepted. Pure."""

from __future__ import annotations

import re
from typing import Any, Optional

from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.validation import refuse, text
from velt_py.settings import FileSettings

__all__ = ["MAX_NAME", "UNKNOWN_TYPE", "check_type", "file_name", "normal_type"]

UNKNOWN_TYPE = "application/octet-stream"
MAX_NAME = 255
"""Characters of a file's name; no file system of a user's device takes more."""

TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z")


def normal_type(value: Any, field: str) -> str:
    """A content type in lower case and without parameters; `application/octet-stream` where none is given.

    Raises:
        VeltValidationError: it is no text, or no content type.
    """
    given = text(value, field)
    if not given:
        return UNKNOWN_TYPE
    kind = given.split(";", 1)[0].strip().lower()
    if not TYPE.match(kind):
        refuse(field, "a content type like image/png is needed")
    return kind


def check_type(mime_type: str, files: FileSettings) -> None:
    """Refuse content types that `files.allowed_types` does not list.

    Raises:
        VeltValidationError: names the type, which is no secret, and the setting.
    """
    allowed = files.allowed_types
    if allowed is None:
        return
    family = mime_type.split("/", 1)[0] + "/*"
    if not any(entry.strip().lower() in (mime_type, family, "*/*") for entry in allowed):
        raise VeltValidationError(
            f"attachment.mimeType: {mime_type} is none of the types that `files.allowed_types` lists",
            statusCode=415,
            field="attachment.mimeType",
        )


def file_name(value: Any, field: str) -> Optional[str]:
    """A file's name for people, or None. It never becomes part of a path.

    Raises:
        VeltValidationError: it is no text, has characters that cannot be stored, or is longer than 255 characters.
    """
    given = text(value, field)
    if given and len(given) > MAX_NAME:
        refuse(field, f"the name of a file has at most {MAX_NAME} characters")
    return given or None

"""Uploads: `multipart/form-data` with the parts `file` and `request`, parsed as it arrives. Pure but for the
temporary file, which is written in steps of their own."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Dict, Generator, List, Optional, cast

from velt_py.exceptions import VeltDependencyError, VeltValidationError
from velt_py.selfhosting.files.plans import Upload
from velt_py.web.bodies import Chunks, parse_object
from velt_py.web.messages import Refused
from velt_py.web.steps import WebStep, Work

__all__ = ["FORM_SLACK", "Form", "receive_form", "require_multipart"]

IN_MEMORY = 1024 * 1024
"""Bytes of a file that are kept in memory; larger ones go to a temporary file."""
PENDING = 256 * 1024
"""Bytes that are gathered for one write."""
MAX_PARTS = 8
MAX_HEADER = 8 * 1024
MAX_HEADERS = 8
MAX_FIELD = 1024 * 1024
MAX_BOUNDARY = 200
FORM_SLACK = 2 * MAX_FIELD + 64 * 1024
"""What a form may have beside its file, in bytes."""

INSTALL = 'uploads need a library that is not installed; run: pip install "velt-py[web]"'


def require_multipart() -> Any:
    """The library that parses forms.

    Raises:
        VeltDependencyError: when it is missing; holds the install line. An old python-multipart has the same
            import name and is not it.
    """
    try:
        import multipart
    except ImportError:
        raise VeltDependencyError(INSTALL, field="multipart") from None
    if not hasattr(multipart, "PushMultipartParser"):
        raise VeltDependencyError(INSTALL, field="multipart")
    return multipart


@dataclass
class Part:
    """A part that is being received."""

    name: str
    filename: Optional[str]
    mime_type: Optional[str]


class Form:
    """What a form holds. `close` gives its temporary file back, whatever happened."""

    def __init__(self) -> None:
        self.fields: Dict[str, bytearray] = {}
        self.file: Optional[Part] = None
        self.content: Optional[BinaryIO] = None
        self.size = 0
        self._pending: List[bytes] = []
        self._waiting = 0
        self._part: Optional[Part] = None

    def accept(self, event: Any) -> None:
        """Take in what the parser found: the start of a part, some of its bytes, or None for its end."""
        if isinstance(event, (bytes, bytearray)):
            self.take(bytes(event))
        elif event is not None:
            self.begin(event)

    def begin(self, segment: Any) -> None:
        """Start a part."""
        part = Part(segment.name or "", segment.filename or None, segment.content_type or None)
        self._part = part
        if part.name == "file":
            if self.file is not None:
                raise VeltValidationError(
                    "file: one file per request is accepted, two were sent", field="file"
                )
            self.file = part
            spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by close()
            self.content = cast(BinaryIO, spool)
        elif part.name in self.fields:
            field = shown(part.name)
            raise VeltValidationError(f"{field}: this field stands twice in the form", field=field)
        else:
            self.fields[part.name] = bytearray()

    def take(self, data: bytes) -> None:
        """Take in some bytes of the part."""
        if self._part is None:
            return
        if self._part is self.file:
            self._pending.append(data)
            self._waiting += len(data)
            return
        field = self.fields[self._part.name]
        if len(field) + len(data) > MAX_FIELD:
            raise Refused(413, "TOO_LARGE", f"a field of a form has at most {MAX_FIELD} bytes")
        field += data

    def flush(self, least: int) -> Generator[WebStep, Any, None]:
        """Write what is waiting when it is at least `least` bytes."""
        if self.content is None or self._waiting < max(least, 1):
            return
        data = b"".join(self._pending)
        self._pending, self._waiting = [], 0
        self.size += len(data)
        if self.size <= IN_MEMORY:
            self.content.write(data)
        else:
            yield Work(partial(self.content.write, data))

    def body(self) -> Dict[str, Any]:
        """The request that the form carries, as if it had been posted as JSON, with the upload in it."""
        body: Dict[str, Any]
        if "request" in self.fields:
            body = parse_object(self.fields["request"], "the field request")
        elif "metadata" in self.fields:
            metadata = parse_object(self.fields["metadata"], "the field metadata")
            attachment = {"attachmentId": metadata.get("attachmentId")}
            body = {"attachment": attachment, "metadata": metadata}
        else:
            raise VeltValidationError(
                "request: the form needs a field `request` with the JSON", field="request"
            )
        body.pop("upload", None)
        if self.file is not None and self.content is not None:
            self.content.seek(0)
            body["upload"] = Upload(self.content, self.file.filename, self.file.mime_type)
        return body

    def close(self) -> None:
        """Give the temporary file back."""
        if self.content is not None:
            self.content.close()


def shown(name: str) -> str:
    return name[:50] if name.isprintable() else "a field"


def receive_form(form: Form, boundary: str, chunks: Chunks, max_file: int) -> Generator[WebStep, Any, None]:
    """Receive a form into `form`.

    Args:
        form: where to; the caller closes it.
        boundary: from the content type.
        chunks: the body.
        max_file: the most bytes of one part.
    """
    library = require_multipart()
    if not boundary or len(boundary) > MAX_BOUNDARY or not boundary.isascii():
        raise VeltValidationError("Content-Type: multipart/form-data needs a boundary", field="Content-Type")
    try:
        parser = library.PushMultipartParser(
            boundary,
            max_header_size=MAX_HEADER,
            max_header_count=MAX_HEADERS,
            max_segment_size=max(max_file, MAX_FIELD),
            max_segment_count=MAX_PARTS,
        )
        while True:
            chunk = yield from chunks.next()
            if chunk is None:
                parser.close()  # refuses a form without its end
                break
            if chunk and not parser.closed:
                for event in parser.parse(chunk):
                    form.accept(event)
                yield from form.flush(PENDING)
    except library.ParserLimitReached:
        raise Refused(
            413, "TOO_LARGE", "the form has a part, a header or more parts than are accepted"
        ) from None
    except library.MultipartError:
        raise VeltValidationError(
            "the body is no whole multipart form: it is cut off or malformed", field="body"
        ) from None
    yield from form.flush(0)
